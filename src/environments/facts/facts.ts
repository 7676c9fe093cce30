import type { Interpreter, Manifest } from '../environment.ts';
import type { Mark } from '../read-mark.ts';

/** What this machine and the pack store have of what packs run in, as far as the packs of a plan need it. */
export interface EnvironmentFacts {
  /** Where an environment works: `linux x64`. */
  readonly platform: string;
  /** By what a runtime calls it; null where there is none on this machine. */
  readonly interpreters: ReadonlyMap<string, Interpreter | null>;
  /** By the digest of a pack's content. */
  readonly packs: ReadonlyMap<string, PackFilesFacts>;
  /** By key. */
  readonly states: ReadonlyMap<string, EnvironmentState>;
  /** By where they stand: `versionLinkPlace`, `workerLinkPlace`. */
  readonly links: ReadonlyMap<string, FoundLink>;
  /** Packs whose installed version is led to an environment that cannot be used, with what is wrong with it; only of those of which not all can be made. */
  readonly unusable: ReadonlyMap<string, string>;
  /** Attune's workers look for environments in a directory of their own, which is told. */
  readonly hasWorkers: boolean;
}

export interface PackFilesFacts {
  /** What stands in the pack's own directory, files and directories. */
  readonly names: ReadonlySet<string>;
  /** By path; null where the pack has no such file. */
  readonly manifests: ReadonlyMap<string, Manifest | null>;
}

/** Of one key. */
export interface EnvironmentState {
  /** Null: it was never finished, or nothing is there. */
  readonly mark: Mark | null;
  /** Something is there, finished or not. */
  readonly isThere: boolean;
  /** What of a finished one is not there any more or cannot be run, without a full stop; null where all is well. */
  readonly fault: string | null;
}

/** What stands where a link belongs. */
export interface FoundLink {
  /** Of the environment that a link of ours leads to; null for anything else. */
  readonly key: string | null;
  /** A file or directory of somebody else's. */
  readonly occupied: boolean;
  /** It leads to where it is meant to. */
  readonly isRight: boolean;
}

/** The link in a version's directory; also where it is relative to the pack store. */
export function versionLinkPlace(versionPath: string, link: string): string {
  return `${versionPath}/${link}`;
}

/** The link where Attune's workers look. */
export function workerLinkPlace(ref: string, workerName: string): string {
  return `workers/${ref}/${workerName}`;
}
