import type { Problem } from '../../errors.ts';
import { packColumns } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import { changeHold } from '../holds.ts';
import type { Cause, PackScope } from '../pack-scope.ts';
import type { FieldChange, Note, OverrideChange, PackChange } from '../plan.ts';
import { chooseAction, type Decision, installedVersion, wantedVersion } from './choose-action.ts';
import { diffColumns, valuesOf } from './diff-columns.ts';
import { diffComponents } from './diff-components.ts';
import { diffConfig, type KeyDecision } from './diff-config.ts';
import { diffFiles, noteKeptFiles } from './diff-files.ts';
import type { Unresolved } from './diff-links.ts';
import { emptyChange } from './empty-change.ts';
import { findBlocks } from './find-blocks.ts';
import { warnOfContent, warnOfFound, withoutEntry } from './found-files.ts';
import { warnOfConfig, warnOfMissing, warnOfMovedTag, warnOfRuntimes, warnOfSwitches } from './pack-warnings.ts';

/** The difference between both sides of one pack, before it is seen together with the others. */
export interface PackDifference {
  readonly scope: PackScope;
  /** Null where nothing is to be written to the pack. */
  readonly change: PackChange | null;
  /** What people set, where nothing else changes. */
  readonly overrides: readonly OverrideChange[];
  /** What its components name and nothing answers to. */
  readonly unresolved: readonly Unresolved[];
  /** Drift that is only reported. */
  readonly notes: readonly Note[];
  /** Of the document, where the pack does not change. */
  readonly problems: readonly Problem[];
  /** The same with a change for another reason, where there is none of its own. */
  readonly changeFor?: (decision: Decision) => PackDifference;
}

/** Compares a wanted pack with what is installed of it. */
export function diffPack(scope: PackScope): PackDifference {
  const { installed } = scope;
  const owner = installed?.recorded?.manager;
  if (owner !== undefined && owner !== scope.actual.manager) return blockedByManager(scope, owner);

  const row = diffPackRow(scope);
  const components = diffComponents(scope);
  const drifted = diffFiles(scope);
  const drift = drifted.length > 0;
  const causes = new Set<Cause>([...row.causes, ...components.causes]);
  const decision = chooseAction(scope.wanted, installed, {
    manager: scope.actual.manager,
    causes,
    files: drift && scope.repairs,
    lost: scope.lost !== undefined,
    forced: scope.forced,
  });
  const overrides = [...row.overrides, ...components.overrides];
  const notes = reportDrift(scope, [...row.drifted, ...components.drifted, ...drifted.flatMap(({ rows }) => rows)]);
  const blocks = [...components.conflicts, ...findBlocks(scope, components.unresolved)];
  const shared = { scope, notes, unresolved: components.unresolved };
  const changeFor = (chosen: Decision): PackDifference => {
    const hold = changeHold(scope.wanted, scope.actual.holds.get(scope.wanted.ref));
    const change: PackChange = {
      ...emptyChange(scope.wanted.ref, chosen),
      from: installedVersion(installed),
      to: wantedVersion(scope.wanted, scope.recorded),
      pack: { id: installed?.id ?? null, set: row.set, fields: row.fields, config: row.config },
      components: components.changes,
      records: components.records,
      overrides,
      record: row.record,
      files: scope.sameContent && !scope.forced ? drift && scope.repairs : true,
      ...(drift && scope.repairs ? { drifted } : {}),
      ...(hold === undefined ? {} : { hold }),
      blocks,
      degraded: degradedOf(scope, components.unresolved),
      warnings: [
        ...warnOfContent(scope),
        ...warnOfFound(scope),
        ...warnOfSwitches(scope),
        ...warnOfMovedTag(scope),
        ...warnOfRuntimes(scope, components.unresolved),
        ...warnOfMissing(scope),
        ...warnOfConfig(scope),
      ],
    };
    return { ...shared, change, overrides: [], problems: [] };
  };
  if (decision !== null || blocks.length > 0) return changeFor(decision ?? conflicting);
  const all = [...notes, ...noteKeptFiles(scope)];
  return { ...shared, notes: all, change: null, overrides, problems: warnOfSwitches(scope), changeFor };
}

/** A row of an unchanged pack was taken by another since. */
const conflicting = { action: 'repair', reason: { code: 'row-drifted', sentence: 'row drifted' } } as const;

function blockedByManager(scope: PackScope, manager: string): PackDifference {
  const { ref } = scope.wanted;
  const sentence = `the pack ${ref} belongs to the manager ${manager}; it is never changed by ${scope.actual.manager}`;
  const change: PackChange = {
    ...emptyChange(ref, {
      action: 'adopt',
      reason: { code: 'installed-by-another', sentence: `managed by ${manager}` },
    }),
    from: installedVersion(scope.installed),
    to: wantedVersion(scope.wanted, undefined),
    blocks: [{ code: 'managed-by-another', sentence, rows: [`pack ${ref}`] }],
  };
  return { scope, change, overrides: [], unresolved: [], notes: [], problems: [] };
}

/** The pack's own row: its columns, its config, and what the document says of its removal. */
function diffPackRow(scope: PackScope) {
  const { wanted, installed, recorded } = scope;
  const written = ({ why }: FieldChange) => scope.repairs || why !== 'drifted';
  const columns = Object.fromEntries(
    Object.keys(packColumns).map((name) => [name, wanted.content.columns[name] ?? null]),
  );
  const all = diffColumns(columns, recorded?.columns, installed?.columns ?? {});
  const fields = all.filter(written);
  const keys = diffConfig(scope);
  const documentKeys = Object.keys(wanted.document.config).sort(compareRefs);
  const before = (recorded ?? scope.lost)?.prune ?? true;
  const prune = wanted.document.prune ?? before;
  const verified = verify(scope);
  const pruned: FieldChange[] =
    prune === before || recorded === undefined ? [] : [{ field: 'prune', before, after: prune, why: 'changed' }];
  return {
    set: { ...(installed === undefined || scope.forced ? columns : valuesOf(fields)), ...valuesOf(verified) },
    fields: [...fields, ...verified, ...keys.flatMap(({ field }) => field ?? []), ...pruned],
    config: keys.flatMap(({ write }) => write ?? []),
    overrides: keys.flatMap(({ override }) => override ?? []),
    record: { columns, config: recordedConfig(keys), documentKeys, prune },
    causes: [
      ...fields.map(({ why }): Cause => (why === 'drifted' ? 'drift' : 'content')),
      ...keys.flatMap(({ cause }) => cause ?? []),
      ...(pruned.length > 0 ? (['prune'] as const) : []),
      ...(verified.length > 0 ? (['checksum'] as const) : []),
    ],
    drifted:
      fields.length < all.length || keys.some(({ driftReported }) => driftReported) ? [`pack ${wanted.ref}`] : [],
  };
}

/** A document that now gives the checksum of content that is installed: it was compared, or there were no content. */
function verify({ wanted, installed, sameContent }: PackScope): FieldChange[] {
  const isNews = sameContent && wanted.document.checksum !== undefined && installed?.installation.isVerified === false;
  return isNews ? [{ field: 'checksum_verified', before: false, after: true, why: 'changed' }] : [];
}

function recordedConfig(keys: readonly KeyDecision[]): NonNullable<PackChange['record']>['config'] {
  return Object.fromEntries(keys.flatMap(({ key, record }) => (record === undefined ? [] : [[key, record]])));
}

function reportDrift({ wanted, repairs }: PackScope, rows: readonly string[]): readonly Note[] {
  if (repairs || rows.length === 0) return [];
  const sentence = `${wanted.ref} was changed by others and is not repaired (drift: report)`;
  return [{ code: 'drifted', sentence, rows: [...rows].sort(compareRefs) }];
}

/** Components that are installed but cannot run. */
export function degradedOf(scope: PackScope, unresolved: readonly Unresolved[]): readonly string[] {
  const actions = unresolved
    .filter(({ component }) => component.kind === 'action')
    .map(({ component }) => component.ref);
  return [...new Set([...withoutEntry(scope), ...actions])].sort(compareRefs);
}
