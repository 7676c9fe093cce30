import type { Actual, ComponentRow, Override, Preserved, RecordedComponent } from '../../src/actual/actual.ts';
import type { Desired, WantedPack } from '../../src/desired/desired.ts';
import type { Json } from '../../src/json.ts';
import { type KindName, kindOf, kinds } from '../../src/packs/kinds.ts';
import type { ComponentChange, OverrideChange, PackChange, Plan } from '../../src/plan/plan.ts';
import { type Concealed, revealSecrets } from '../../src/secret.ts';
import { versionPath } from '../../src/store/paths.ts';

/** What would be installed after a plan was applied as the design says, without Postgres or files. */
export function simulate(plan: Plan, desired: Desired, actual: Actual): Actual {
  const world = new World(actual);
  const skipped = new Set<string>();
  for (const change of plan.changes) {
    const wanted = desired.packs.find(({ ref }) => ref === change.ref);
    if (change.blocks.length > 0 || change.after.some((ref) => skipped.has(ref))) skipped.add(change.ref);
    else if (change.action === 'remove') world.remove(change);
    else if (change.action === 'forget') world.forget(change);
    else if (wanted === undefined) skipped.add(change.ref);
    else world.apply(change, wanted);
  }
  world.override(plan.overrides);
  return world.actual();
}

/** As they are read apart from other rows. A version that nobody looked at is available. */
function runtimesOf(components: Actual['components']): Actual['runtimes'] {
  const versions = [...(components.get('runtime_version')?.values() ?? [])];
  const runtimes = [...(components.get('runtime')?.values() ?? [])].map(({ ref, packRef, name, columns }) => ({
    ref,
    name: String(columns.name ?? name ?? ref),
    packRef,
    config: columns.execution_config ?? {},
    distributions: columns.distributions ?? {},
    versions: versions
      .filter((row) => row.ref.startsWith(`${ref}@`))
      .map((row) => ({
        version: String(row.columns.version),
        isDefault: row.columns.is_default === true,
        available: true,
        config: row.columns.execution_config ?? {},
      })),
  }));
  return new Map(runtimes.map((runtime) => [runtime.ref, runtime]));
}

class World {
  readonly #before: Actual;
  readonly #packs: Map<string, NonNullable<ReturnType<Actual['packs']['get']>>>;
  readonly #rows: Map<KindName, Map<string, ComponentRow>>;
  #overrides: readonly Override[];
  #preserved: readonly Preserved[];
  #nextId = 1000;
  readonly #gone = new Set<string>();

  constructor(actual: Actual) {
    this.#before = actual;
    this.#packs = new Map(actual.packs);
    this.#rows = new Map(kinds.map(({ name }) => [name, new Map(actual.components.get(name))]));
    this.#overrides = actual.overrides;
    this.#preserved = actual.preserved;
    const rows = [...this.#rows.values()].flatMap((all) => [...all.values()]);
    for (const { id } of [...rows, ...actual.packs.values(), ...actual.preserved]) {
      this.#nextId = Math.max(this.#nextId, Number(id) + 1);
    }
  }

  actual(): Actual {
    const recorded = this.#before.recorded.filter(({ ref }) => !this.#packs.has(ref) && !this.#gone.has(ref));
    const components = new Map([...this.#rows].filter(([kind]) => !this.#before.missing.kinds.includes(kind)));
    return {
      ...this.#before,
      packs: this.#packs,
      recorded,
      components,
      runtimes: runtimesOf(components),
      overrides: this.#overrides,
      preserved: this.#preserved,
    };
  }

  apply(change: PackChange, wanted: WantedPack): void {
    for (const component of change.components) if (component.op !== 'delete') this.#write(component, change.ref);
    this.#relink(change.ref);
    for (const component of change.components) if (component.op === 'delete') this.#delete(component);
    this.#writePack(change, wanted);
    this.override(change.overrides);
  }

  /** With every row of the pack, whoever made it. */
  remove(change: PackChange): void {
    for (const kind of kinds.toReversed()) {
      for (const row of [...(this.#rows.get(kind.name)?.values() ?? [])]) {
        if (row.packRef === change.ref) this.#delete({ kind: row.kind, ref: row.ref, id: row.id });
      }
    }
    this.#packs.delete(change.ref);
    this.#gone.add(change.ref);
    this.override(change.overrides);
  }

  forget({ ref, overrides }: PackChange): void {
    const installed = this.#packs.get(ref);
    if (installed !== undefined) this.#packs.set(ref, { ...installed, recorded: null });
    this.#gone.add(ref);
    this.override(overrides);
  }

  override(changes: readonly OverrideChange[]): void {
    for (const { op, ...change } of changes) {
      const override = { ...change, ...this.#seen(change) };
      const others = this.#overrides.filter(
        ({ kind, ref, field }) => kind !== override.kind || ref !== override.ref || field !== override.field,
      );
      this.#overrides = op === 'end' ? others : [...others, override];
    }
  }

  /** What the inventory keeps of a config key beside what plans show. */
  #seen({ kind, ref, field, own }: Omit<OverrideChange, 'op'>): Partial<Override> {
    const pack = this.#packs.get(ref);
    if (kind !== 'pack' || pack === undefined) return {};
    const plain = pack.config[field];
    return { own: own === true, packId: pack.id, ...(plain === undefined ? {} : { plain }) };
  }

  #write({ op, kind, ref, set, links, enabled }: ComponentChange, packRef: string): void {
    if (op === 'record') return;
    const rows = this.#rows.get(kind);
    const row = rows?.get(ref);
    const written = kindOf(kind).links.flatMap((link) => {
      const name = links[link.column];
      return name === undefined ? [] : [{ link, name }];
    });
    const linked = Object.fromEntries(
      written.map(({ link, name }) => [
        link.column,
        name.ref === null ? null : (this.#rows.get(name.kind)?.get(name.ref)?.id ?? null),
      ]),
    );
    const refs = Object.fromEntries(
      written.flatMap(({ link, name }) =>
        link.refColumn === undefined ? [] : [[link.refColumn, name.ref ?? name.written]],
      ),
    );
    rows?.set(ref, {
      kind,
      id: row?.id ?? String(this.#nextId++),
      ref,
      packRef,
      adhoc: false,
      ...(kind === 'runtime' ? { name: String(set.name ?? row?.columns.name ?? '') } : {}),
      links: {
        ...Object.fromEntries(kindOf(kind).links.map(({ column }) => [column, null])),
        ...row?.links,
        ...linked,
      },
      refs: { ...row?.refs, ...refs },
      ...(enabled === undefined && row?.enabled === undefined ? {} : { enabled: enabled ?? row?.enabled ?? true }),
      columns: { ...row?.columns, ...set },
    });
  }

  #relink(pack: string): void {
    const rules = this.#rows.get('rule');
    for (const rule of rules?.values() ?? []) {
      for (const { column, refColumn, kind } of kindOf('rule').links) {
        const current = rules?.get(rule.ref);
        const target = this.#rows.get(kind)?.get(String(current?.refs[refColumn ?? '']));
        if (current === undefined || current.links[column] !== null || target?.packRef !== pack) continue;
        rules?.set(rule.ref, { ...current, links: { ...current.links, [column]: target.id } });
      }
    }
  }

  #delete({ kind, ref, id }: Pick<ComponentChange, 'kind' | 'ref' | 'id'>): void {
    if (id === null) return;
    this.#rows.get(kind)?.delete(ref);
    for (const other of kinds) {
      for (const row of this.#rows.get(other.name)?.values() ?? []) {
        for (const link of other.links.filter((one) => one.kind === kind && row.links[one.column] === id)) {
          if (link.required) throw new Error(`${row.kind} ${row.ref} would be destroyed`);
          this.#rows.get(other.name)?.set(row.ref, { ...row, links: { ...row.links, [link.column]: null } });
        }
      }
    }
  }

  #writePack(change: PackChange, wanted: WantedPack): void {
    const installed = this.#packs.get(change.ref);
    const { ref, content } = wanted;
    const config = new Map(Object.entries(installed?.config ?? {}));
    for (const write of change.pack.config) {
      const before = config.get(write.key);
      if (write.from === 'document' && write.preserve && before !== undefined) this.#preserve(ref, write.key, before);
      if (write.from === 'document') config.set(write.key, wanted.document.config[write.key] ?? null);
      else if (write.from === 'default') config.set(write.key, content.config[write.key] ?? null);
      else if (write.from === 'nothing') config.delete(write.key);
      else if (write.from === 'override') config.set(write.key, this.#overridden(ref, write.key));
      else if (write.from === 'preserved') config.set(write.key, this.#restore(write.preserved));
    }
    const known = new Map((installed?.recorded?.components ?? []).map((one) => [`${one.kind} ${one.ref}`, one]));
    for (const one of change.components) if (one.op === 'delete') known.delete(`${one.kind} ${one.ref}`);
    for (const one of change.records) {
      const id = this.#rows.get(one.kind)?.get(one.ref)?.id;
      if (id === undefined) throw new Error(`${one.kind} ${one.ref} is recorded without a row`);
      known.set(`${one.kind} ${one.ref}`, { ...one, id } satisfies RecordedComponent);
    }
    const path = versionPath(ref, content.version, content.digest);
    this.#packs.set(ref, {
      ref,
      id: installed?.id ?? String(this.#nextId++),
      columns: { ...installed?.columns, ...change.pack.set },
      // What is read back from Postgres knows no more of secrets than its shape tells.
      config: Object.fromEntries([...config].map(([key, value]) => [key, revealSecrets(value)])),
      installation: installed?.installation ?? noInstallation,
      recorded:
        change.record === null
          ? (installed?.recorded ?? null)
          : {
              ref,
              manager: this.#before.manager,
              version: content.version,
              digest: content.digest,
              source: {
                type: wanted.source.type,
                url: wanted.source.type === 'git' ? wanted.source.url : wanted.source.path,
                ref: wanted.source.type === 'git' ? wanted.source.ref : null,
                commit: change.to?.commit ?? null,
                path: null,
              },
              ...change.record,
              components: [...known.values()],
            },
      attached: installed?.attached ?? [],
      files: change.files
        ? { current: path, versioned: path, occupied: false, present: true }
        : (installed?.files ?? { current: null, versioned: null, occupied: false, present: false }),
    });
  }

  #overridden(pack: string, key: string): Concealed {
    const found = this.#overrides.find(({ kind, ref, field }) => kind === 'pack' && ref === pack && field === key);
    if (found?.plain === undefined) throw new Error(`no override has ${key}`);
    return found.plain;
  }

  #preserve(ref: string, field: string, value: Concealed): void {
    this.#preserved = [...this.#preserved, { id: String(this.#nextId++), kind: 'config', ref, field, value }];
  }

  #restore(id: string): Json {
    const found = this.#preserved.find((one) => one.id === id);
    if (found === undefined) throw new Error(`nothing is preserved as ${id}`);
    this.#preserved = this.#preserved.filter((one) => one !== found);
    return revealSecrets(found.value);
  }
}

const noInstallation = {
  sourceType: null,
  sourceUrl: null,
  sourceRef: null,
  checksum: null,
  storagePath: null,
  method: null,
};
