import type { DatabaseContext } from '../context.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Look, LookOptions } from '../look.ts';
import { documentPlace } from '../look-saved.ts';
import { renderPlanJson } from '../plan/render/render-plan-json.ts';
import { buildSavedPlan } from '../plan/saved/build-saved-plan.ts';
import type { Redactor } from '../redactor.ts';
import { writeSavedPlan } from './write-saved-plan.ts';

/**
 * Writes a plan to a file, for `apply FILE`. Needs no right but SELECT, since nothing but the file is written.
 *
 * @param found looked at with `bind`
 * @throws SyncError of `writeSavedPlan`
 */
export async function savePlan(
  context: DatabaseContext,
  found: Look,
  about: {
    /** Absolute path. */
    readonly file: string;
    readonly version: string;
    readonly who: string;
    readonly options: Pick<LookOptions, 'targets' | 'reinstall' | 'skipDependencies'>;
  },
): Promise<void> {
  const { binding } = found;
  if (binding === undefined) throw new Error('a plan was to be saved of which nothing was hashed');
  const secretKey = binding.identity.id === null ? null : found.actual.secretKey;
  const saved = buildSavedPlan(
    { ...found, binding },
    {
      version: about.version,
      created: context.now().toISOString(),
      createdBy: about.who,
      targets: about.options.targets ?? null,
      reinstall: about.options.reinstall ?? [],
      skipsDependencies: about.options.skipDependencies === true,
      place: documentPlace(context.config, secretKey),
      shown: redactAll(renderPlanJson(found.plan), context.redactor) as JsonObject,
    },
  );
  await writeSavedPlan(about.file, `${JSON.stringify(saved, null, 2)}\n`);
}

/** The last line of defence, text by text: a secret's place in the JSON must stay a text. */
function redactAll(value: Json, redactor: Redactor): Json {
  if (typeof value === 'string') return redactor.redact(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => redactAll(item, redactor));
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([key, member]) => [redactor.redact(key), redactAll(member, redactor)]));
}
