import type { Suspension } from '../../actual/safeguards.ts';
import type { Context } from '../../context.ts';
import type { PackDocument } from '../../desired/desired.ts';
import type { ActiveSuspension } from '../../plan/plan.ts';
import { listSuspensions } from '../../plan/suspensions.ts';

/**
 * Every suspension that is known without a network: by command, of documents in directories, of the configuration.
 * @param refs packs that a sync window may name, beside those of documents
 */
export function listStated(
  { config, now }: Pick<Context, 'config' | 'now'>,
  documents: readonly PackDocument[],
  suspensions: readonly Suspension[],
  refs: readonly string[] = [],
): readonly ActiveSuspension[] {
  const { suspend, windows } = config.sync;
  return listSuspensions({
    documents,
    suspensions,
    suspend: suspend === undefined ? undefined : { ...suspend, file: config.file },
    windows: windows === undefined ? undefined : { windows, file: config.file },
    refs,
    now: now(),
  });
}
