import type { Actual, InstalledPack, Override, RecordedComponent, RecordedPack } from '../actual/actual.ts';
import type { SuspendSettings } from '../config/config.ts';
import type { WantedPack } from '../desired/desired.ts';
import type { KindName } from '../packs/kinds.ts';
import type { Asked } from './asked.ts';
import type { ComponentIndex } from './component-index.ts';
import type { RemovalLimit } from './safeguards/count-removals.ts';
import type { Unproven } from './safeguards/guard-changes.ts';
import type { StatedWindows } from './windows.ts';

export interface PlanOptions {
  /** What to do about rows and files that others changed: write them again, or only list them. */
  readonly drift: 'repair' | 'report';
  /** False: nothing is removed automatically. */
  readonly prune: boolean;
  readonly removalLimit: RemovalLimit;
  /** What the configuration suspends, which is all packs, and the file that says so. */
  readonly suspend?: SuspendSettings & { readonly file: string };
  /** Sync windows, and the configuration that has them. */
  readonly windows?: StatedWindows;
  /** Why a person has packs changed although a sync window is closed. */
  readonly despiteWindows?: string;
  /** Packs whose absence is not proven, by ref; undefined: a person looks, and their yes is the proof. */
  readonly unproven?: ReadonlyMap<string, Unproven>;
  /** Packs that a person removes or has forgotten. */
  readonly asked?: Asked;
  /** Only these packs; undefined means all. */
  readonly targets?: readonly string[];
  /** A person takes it upon them that packs lack what they say they need. */
  readonly skipDependencies?: boolean;
  /** Packs whose files and rows are all written again, whether they differ or not. */
  readonly reinstall?: readonly string[];
}

/** Both sides of one pack, with what is needed to compare them. */
export interface PackScope {
  readonly wanted: WantedPack;
  readonly installed: InstalledPack | undefined;
  /** Only where this manager recorded it. */
  readonly recorded: RecordedPack | undefined;
  /** The inventory has the pack, Attune lost it: somebody deleted it behind our back. */
  readonly lost: RecordedPack | undefined;
  readonly recordedComponents: ReadonlyMap<KindName, ReadonlyMap<string, RecordedComponent>>;
  /** Overrides of this pack: by `kind ref field`. */
  readonly overrides: ReadonlyMap<string, Override>;
  readonly actual: Actual;
  readonly index: ComponentIndex;
  readonly repairs: boolean;
  /** A person asked for everything to be written again. */
  readonly forced: boolean;
  /** The files are those we wrote last. */
  readonly sameContent: boolean;
  /** `table.column`s that this Attune lacks. */
  readonly missingColumns: ReadonlySet<string>;
  /** How many components it may lose in one change; Infinity: any number but all. */
  readonly componentLimit: number;
}

/** Why a pack changes, as far as its rows tell. */
export type Cause = 'content' | 'config' | 'switch' | 'prune' | 'checksum' | 'drift' | 'reference';

/** An override among those of all packs; a ref is of one kind only with its kind. */
export function overrideKey({ kind, ref, field }: Pick<Override, 'kind' | 'ref' | 'field'>): string {
  return `${kind} ${ref} ${field}`;
}

/** Picks from what all packs share the part of one; compares nothing yet. `shared.overrides` is by pack. */
export function buildScope(
  wanted: WantedPack,
  shared: {
    readonly actual: Actual;
    readonly index: ComponentIndex;
    readonly options: PlanOptions;
    readonly overrides: ReadonlyMap<string, readonly Override[]>;
    readonly missingColumns: ReadonlySet<string>;
  },
): PackScope {
  const installed = shared.actual.packs.get(wanted.ref);
  const recorded = installed?.recorded ?? undefined;
  const forced = shared.options.reinstall?.includes(wanted.ref) === true;
  return {
    wanted,
    installed,
    recorded,
    lost: installed === undefined ? shared.actual.recorded.find(({ ref }) => ref === wanted.ref) : undefined,
    recordedComponents: byKind(recorded?.components ?? []),
    overrides: new Map((shared.overrides.get(wanted.ref) ?? []).map((one) => [overrideKey(one), one])),
    actual: shared.actual,
    index: shared.index,
    repairs: forced || shared.options.drift === 'repair',
    forced,
    sameContent: recorded?.digest === wanted.content.digest,
    missingColumns: shared.missingColumns,
    componentLimit: shared.options.removalLimit.components ?? Infinity,
  };
}

function byKind(components: readonly RecordedComponent[]): PackScope['recordedComponents'] {
  const groups = new Map<KindName, Map<string, RecordedComponent>>();
  for (const component of components) {
    const group = groups.get(component.kind) ?? new Map<string, RecordedComponent>();
    groups.set(component.kind, group.set(component.ref, component));
  }
  return groups;
}
