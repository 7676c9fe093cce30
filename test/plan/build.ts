import type { Actual, ComponentRow, InstalledPack } from '../../src/actual/actual.ts';
import type { Desired, PackDocument, ResolvedSource, WantedPack } from '../../src/desired/desired.ts';
import type { Json } from '../../src/json.ts';
import type { Component, Named, PackContent } from '../../src/packs/content.ts';
import { type KindName, kindOf, kinds, packColumns } from '../../src/packs/kinds.ts';
import { parseDependency } from '../../src/packs/parse/parse-dependencies.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../src/plan/pack-scope.ts';
import type { PackChange, Plan } from '../../src/plan/plan.ts';
import { simulate } from './simulate.ts';

/** So wide that only a test of the limit meets it. */
const removalLimit = { count: 1000, percent: 100 };
export const repair: PlanOptions = { drift: 'repair', prune: true, removalLimit };
export const report: PlanOptions = { drift: 'report', prune: true, removalLimit };

const blank: Readonly<Record<string, Json>> = {
  text: '',
  'text[]': [],
  jsonb: {},
  boolean: false,
  integer: 1,
  policy_method_enum: 'cancel',
};

interface ComponentParts {
  readonly columns?: Readonly<Record<string, Json>>;
  readonly names?: Readonly<Record<string, string | Named>>;
  readonly enabled?: boolean;
}

export function component(kind: KindName, ref: string, parts: ComponentParts = {}): Component {
  const { columns, hasSwitch } = kindOf(kind);
  return {
    kind,
    ref,
    columns: {
      ...Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, blank[type] ?? null])),
      ...parts.columns,
    },
    names: Object.fromEntries(
      Object.entries(parts.names ?? {}).map(([column, named]) => [
        column,
        typeof named === 'string' ? { ref: named } : named,
      ]),
    ),
    ...(hasSwitch ? { enabled: parts.enabled ?? true } : {}),
    where: { file: `${kind}s/${ref}.yaml`, line: 1 },
  };
}

export function digestOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}

interface WantedParts extends Partial<Pick<PackContent, 'config' | 'missingEntries' | 'warnings' | 'runtimeNeeds'>> {
  /** `ref` or `ref@constraint`. */
  readonly dependencies?: readonly string[];
  readonly version?: string;
  readonly digest?: string;
  readonly columns?: Readonly<Record<string, Json>>;
  readonly source?: ResolvedSource;
  readonly document?: Partial<PackDocument>;
}

/** A wanted pack; its digest follows its version unless given. */
export function wanted(ref: string, components: readonly Component[] = [], parts: WantedParts = {}): WantedPack {
  const version = parts.version ?? '1.0.0';
  return {
    ref,
    document: {
      ref,
      source: { type: 'directory', path: `/packs/${ref}` },
      config: {},
      enabled: {},
      entry: 'desired',
      where: { file: `desired/${ref}.yaml`, line: 1 },
      ...parts.document,
    },
    source: parts.source ?? { type: 'directory', path: `/packs/${ref}` },
    content: {
      ref,
      version,
      digest: digestOf(parts.digest ?? `${ref} ${version}`),
      columns: {
        ...Object.fromEntries(Object.entries(packColumns).map(([name, { type }]) => [name, blank[type] ?? null])),
        label: ref,
        version,
        dependencies: parts.dependencies ?? [],
        ...parts.columns,
      },
      config: parts.config ?? {},
      dependencies: (parts.dependencies ?? []).map((text, index) => ({
        ...parseDependency(text),
        where: { file: 'pack.yaml', line: index + 7, column: 3 },
      })),
      runtimeNeeds: parts.runtimeNeeds ?? [],
      components,
      missingEntries: parts.missingEntries ?? [],
      warnings: parts.warnings ?? [],
    },
  };
}

export function desire(packs: readonly WantedPack[], parts: Partial<Desired> = {}): Desired {
  const entries = [{ name: 'desired', documents: packs.length }];
  return { packs, unreadable: [], problems: [], unmanaged: [], mentioned: [], complete: true, entries, ...parts };
}

export const nothingInstalled: Actual = {
  manager: 'prod',
  packs: new Map(),
  recorded: [],
  components: new Map(kinds.map(({ name }) => [name, new Map()])),
  runtimes: new Map(),
  overrides: [],
  preserved: [],
  setAside: [],
  leftoverLinks: [],
  secretKey: 'key',
  lastEntries: {},
  lastSignature: null,
  holds: new Map(),
  snapshot: '1:1:',
  safeguards: { now: new Date('2026-01-02T03:04:05Z'), removed: new Map(), approvals: [] },
  missing: { kinds: [], columns: [] },
};

/** What is installed once these packs were applied. */
export function applied(packs: readonly WantedPack[], actual: Actual = nothingInstalled): Actual {
  const desired = desire(packs);
  return simulate(buildPlan(desired, actual, repair), desired, actual);
}

type RowPatch = Partial<Omit<ComponentRow, 'kind' | 'ref'>>;

/** Somebody changed a row, or made it. */
export function withRow(actual: Actual, kind: KindName, ref: string, patch: RowPatch): Actual {
  const rows = new Map(actual.components.get(kind));
  const fresh: ComponentRow = {
    kind,
    id: `9${rows.size}${ref.length}`,
    ref,
    packRef: ref.split('.')[0] ?? null,
    adhoc: false,
    links: Object.fromEntries(kindOf(kind).links.map(({ column }) => [column, null])),
    refs: {},
    ...(kindOf(kind).hasSwitch ? { enabled: true } : {}),
    columns: {},
  };
  const row = rows.get(ref) ?? fresh;
  rows.set(ref, {
    ...row,
    ...patch,
    links: { ...row.links, ...patch.links },
    refs: { ...row.refs, ...patch.refs },
    columns: { ...row.columns, ...patch.columns },
  });
  return { ...actual, components: new Map([...actual.components, [kind, rows]]) };
}

/** Somebody deleted a row; rules that linked to it lose the link. */
export function withoutRow(actual: Actual, kind: KindName, ref: string): Actual {
  const rows = new Map(actual.components.get(kind));
  const gone = rows.get(ref);
  rows.delete(ref);
  let next: Actual = { ...actual, components: new Map([...actual.components, [kind, rows]]) };
  for (const rule of next.components.get('rule')?.values() ?? []) {
    if (gone !== undefined && rule.links[kind] === gone.id)
      next = withRow(next, 'rule', rule.ref, { links: { [kind]: null } });
  }
  return next;
}

export function withPack(actual: Actual, ref: string, patch: (pack: InstalledPack) => Partial<InstalledPack>): Actual {
  const pack = actual.packs.get(ref);
  if (pack === undefined) throw new Error(`${ref} is not installed in this test`);
  return { ...actual, packs: new Map([...actual.packs, [ref, { ...pack, ...patch(pack) }]]) };
}

/** As if another had installed it: the rows are there, no inventory has them. */
export function unrecorded(actual: Actual, ref: string): Actual {
  return withPack({ ...actual, overrides: [] }, ref, () => ({ recorded: null }));
}

export function idOf(actual: Actual, kind: KindName, ref: string): string {
  const row = actual.components.get(kind)?.get(ref);
  if (row === undefined) throw new Error(`${kind} ${ref} is not installed in this test`);
  return row.id;
}

export function plan(
  packs: readonly WantedPack[],
  actual: Actual = nothingInstalled,
  options: PlanOptions = repair,
): Plan {
  return buildPlan(desire(packs), actual, options);
}

export function changeOf(plan: Plan, ref: string): PackChange {
  const change = plan.changes.find((one) => one.ref === ref);
  if (change === undefined) throw new Error(`no change of ${ref} in this plan`);
  return change;
}

/** `kind ref field before → after why`, one a line, for the whole change. */
export function linesOf(change: PackChange): string[] {
  const show = (value: Json) => JSON.stringify(value);
  return [
    ...change.pack.fields.map(({ field, before, after, why }) => `${field} ${show(before)} → ${show(after)} ${why}`),
    ...change.components.flatMap(({ op, kind, ref, fields }) =>
      fields.length === 0
        ? [`${op} ${kind} ${ref}`]
        : fields.map(
            ({ field, before, after, why }) => `${kind} ${ref} ${field} ${show(before)} → ${show(after)} ${why}`,
          ),
    ),
  ];
}

export function codesOf(notes: readonly { readonly code: string }[]): string[] {
  return notes.map(({ code }) => code);
}
