import type { Actual, InstalledPack, RecordedPack } from '../../actual/actual.ts';
import { type Problem, problem } from '../../errors.ts';
import { maskSecrets } from '../../secret.ts';
import { compareComponents, compareRefs } from '../compare-refs.ts';
import { isRecorded } from '../diff/config-sides.ts';
import { emptyChange } from '../diff/empty-change.ts';
import { findSwitched } from '../diff/find-switched.ts';
import { endHold } from '../holds.ts';
import type { ComponentChange, OverrideChange, PackChange, Reason } from '../plan.ts';
import { listLeftFiles } from './list-left-files.ts';
import { listSetAside } from './list-set-aside.ts';

/** The removal of one installed pack, as if nothing else existed: what goes, and what is set aside until it returns. */
export function buildRemoval(
  recorded: RecordedPack,
  installed: InstalledPack,
  actual: Actual,
  reason: Reason,
): PackChange {
  const change = emptyChange(recorded.ref, { action: 'remove', reason });
  const components = listDeletes(recorded, actual);
  const overrides = [
    ...findSwitched(recorded.ref, recorded.components, (kind, ref) => actual.components.get(kind)?.get(ref)),
    ...findConfigured(recorded, installed, actual),
  ];
  return {
    ...change,
    from: versionOf(recorded),
    pack: { ...change.pack, id: installed.id },
    components,
    overrides,
    keeps: [...listSetAside(installed, components, actual), ...listLeftFiles(recorded, installed)],
    blocks: waitForExecutions(installed),
    warnings: warnOfLinks(installed),
  };
}

/** The inventory forgets a pack: its rows, files and links stay as they are, where there are any; a rollback ends. */
export function buildForgetting(recorded: RecordedPack, { holds }: Actual, reason: Reason): PackChange {
  const hold = endHold(holds.get(recorded.ref));
  const change = { ...emptyChange(recorded.ref, { action: 'forget', reason }), from: versionOf(recorded) };
  return hold === undefined ? change : { ...change, hold };
}

function versionOf({ version, digest, source }: RecordedPack): PackChange['from'] {
  return { version, digest, commit: source.commit };
}

/** What we wrote and is still there. A row that a person made under the same ref is theirs. */
function listDeletes({ ref: pack, components }: RecordedPack, actual: Actual): readonly ComponentChange[] {
  return components
    .filter(({ kind, ref, id }) => {
      const row = actual.components.get(kind)?.get(ref);
      return row?.id === id && !row.adhoc && row.packRef === pack;
    })
    .map(({ kind, ref, id }): ComponentChange => ({ op: 'delete', kind, ref, id, fields: [], set: {}, links: {} }))
    .sort(compareComponents);
}

/** Config that people set since the last run; what the document decided is its to say again. */
function findConfigured(recorded: RecordedPack, { config }: InstalledPack, actual: Actual): readonly OverrideChange[] {
  const { ref } = recorded;
  return Object.keys(config)
    .filter((key) => !recorded.documentKeys.includes(key))
    .sort(compareRefs)
    .flatMap((key): OverrideChange[] => {
      const value = config[key] ?? null;
      const last = Object.hasOwn(recorded.config, key) ? recorded.config[key] : undefined;
      if (last !== undefined && isRecorded(value, last, { actual }) && isKept(ref, key, actual)) return [];
      const own = last === undefined ? ({ own: true } as const) : {};
      const masked = maskSecrets(value, actual.secretKey);
      return [{ op: 'record', pack: ref, kind: 'pack', ref, field: key, value: masked, ...own }];
    });
}

/** What people set is kept aside as it is, not only as a digest; an earlier release did not. */
function isKept(pack: string, key: string, { overrides }: Actual): boolean {
  const found = overrides.find(({ kind, ref, field }) => kind === 'pack' && ref === pack && field === key);
  return found === undefined || found.plain !== undefined;
}

/** The pack stays whole and as it is until they have ended: what is cancelled meanwhile leaves nothing to undo. */
function waitForExecutions({ unfinished }: InstalledPack): PackChange['blocks'] {
  if (unfinished === undefined || unfinished.count === 0) return [];
  const { count, since } = unfinished;
  const which = count === 1 ? '1 execution is unfinished' : `${count} executions are unfinished`;
  const sentence = `${which}, since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC; it is removed when ${count === 1 ? 'it has' : 'they have'} ended or been cancelled`;
  return [{ code: 'draining', sentence, rows: [] }];
}

function warnOfLinks({ ref, files }: InstalledPack): readonly Problem[] {
  const isOurs = files.current === null || files.current.startsWith(`.versions/${ref}/`);
  if (isOurs && !files.occupied) return [];
  const message = `What stands at ${ref} in the pack store is no link of ours, so it stays there.`;
  return [problem('warning', 'link-not-ours', message)];
}
