import { dirname } from 'node:path';
import type { Config } from './config/config.ts';
import type { DatabaseContext } from './context.ts';
import type { Desired } from './desired/desired.ts';
import { compare, type Look, type LookOptions } from './look.ts';
import { checkSavedPlan } from './plan/saved/check-saved-plan.ts';
import type { DocumentPlace } from './plan/saved/digest-document.ts';
import type { SavedPlan } from './plan/saved/saved-plan.ts';
import { settleSaved } from './plan/saved/settle-saved.ts';

/**
 * Reads the actual side and settles which changes of a saved plan still hold: the plan has those, and what moved since
 * blocks the others.
 *
 * @param options with the targets of the saved plan
 * @throws SyncError `saved-plan-foreign` where it was made for another manager, database or pack store
 */
export async function compareSaved(
  context: DatabaseContext,
  desired: Desired,
  saved: SavedPlan,
  options: LookOptions,
): Promise<Look> {
  const keyed = saved.database.id !== null;
  const refs = saved.packs.map(({ ref }) => ref);
  const found = await compare(context, desired, { ...options, bind: { refs, keyed } });
  const { binding } = found;
  if (binding === undefined) throw new Error('a saved plan was compared with rows of which nothing was hashed');
  checkSavedPlan(saved, { manager: context.config.name, identity: binding.identity });
  const place = documentPlace(context.config, keyed ? found.actual.secretKey : null);
  return { ...found, plan: settleSaved(saved, { ...found, binding }, place) };
}

/** What the digests of documents depend on beside the documents. */
export function documentPlace({ file, desiredState }: Config, secretKey: string | null): DocumentPlace {
  return { base: dirname(file), entries: desiredState, secretKey };
}
