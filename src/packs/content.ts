import type { Position, Problem } from '../errors.ts';
import type { Json } from '../json.ts';
import type { KindName } from './kinds.ts';
import type { Bare } from './versions/parse-constraint.ts';

/** What a component's file names, before it is looked up. */
export interface Named {
  /** The full ref. */
  readonly ref: string;
  /** Attune's fallback for runtimes: a runtime whose `name` equals this, ignoring case. */
  readonly name?: string;
}

/** One row a pack defines. */
export interface Component {
  readonly kind: KindName;
  /** Unique in its kind over all packs. Of a runtime version: `<runtime ref>@<version>`. */
  readonly ref: string;
  /** Every column of its kind (`kinds.ts`), defaults filled in. */
  readonly columns: Readonly<Record<string, Json>>;
  /** What it names, by link column (`runtime`, `trigger`, `action`, `workflow_def`). A link it does not use is left out. */
  readonly names: Readonly<Record<string, Named>>;
  /** The switch's default; only for kinds with a switch. */
  readonly enabled?: boolean;
  /** Its file, relative to the pack, with the line of its ref. */
  readonly where: Position;
}

/** Another pack that a pack needs. */
export interface Dependency {
  readonly ref: string;
  /** On its version, as `parseConstraint` reads it; null: any. */
  readonly constraint: string | null;
  /** Relative to the pack; undefined of what only a row says. */
  readonly where?: Position;
}

/** A runtime that a pack says it needs, beside those that its components name. */
export interface RuntimeNeed {
  /** As the pack calls it. */
  readonly name: string;
  readonly runtime: Named;
  /** Null: any version. */
  readonly constraint: string | null;
  readonly bare: Bare;
  readonly where: Position;
}

/** One command of a pack's own tests. */
export interface TestRunner {
  /** The key below `testing.runners`. */
  readonly name: string;
  /** `script`, `unittest` or `pytest`; what else stands there cannot be run. */
  readonly type: string;
  /** A file, or for Python also a directory, relative to the pack; of pytest with the `::` of one test behind it. */
  readonly entryPoint: string;
  readonly timeoutMs: number;
  /** How it tells what passed and failed. */
  readonly results: 'simple' | 'json';
  /** Where it writes JSON, a file or directory relative to the pack; null: to standard output. */
  readonly resultPath: string | null;
  readonly where: Position;
  /** Why it cannot be run, without a full stop; left out where it can. */
  readonly unusable?: string;
}

/** The tests that a pack brings. */
export interface PackTesting {
  /** In the order of the file; empty where it says only that there are tests. */
  readonly runners: readonly TestRunner[];
  /** From 0 to 1, over all runners together. */
  readonly minPassRate: number;
  /** `block`: the pack is not installed. `warn`: it is, with a warning. `ignore`: it is. */
  readonly onFailure: 'block' | 'warn' | 'ignore';
}

/** A pack's content as its files say: pure data, the same for the same bytes. */
export interface PackContent {
  readonly ref: string;
  readonly version: string;
  /** The framed SHA-256 over all files, 64 lower-case hex. */
  readonly digest: string;
  /** The columns of `pack` (`packColumns`). */
  readonly columns: Readonly<Record<string, Json>>;
  /** The pack's default of each top-level key of `pack.config`: `config` of pack.yaml over `default` of its schema. */
  readonly config: Readonly<Record<string, Json>>;
  /** Other packs it declares as dependencies; one may stand there twice, with two constraints that both count. */
  readonly dependencies: readonly Dependency[];
  readonly runtimeNeeds: readonly RuntimeNeed[];
  /** In the order of `kinds`, then by ref. */
  readonly components: readonly Component[];
  /** Refs of components whose entry file is missing but may be shipped outside git (native runtimes). */
  readonly missingEntries: readonly string[];
  readonly warnings: readonly Problem[];
  /** Left out where it brings no tests, or has them switched off. */
  readonly testing?: PackTesting;
}
