import { beforeSuffix, environmentsDirectory } from '../../environments/paths.ts';

/** Something that stands where environments are. */
export interface FoundEnvironment {
  /** Below the directory of environments. */
  readonly name: string;
  /** When it was built, in milliseconds since 1970; null where it is not whole. */
  readonly builtMs: number | null;
  readonly bytes: number;
  /** A process that lives is building it. */
  readonly isBuilt: boolean;
}

export interface EnvironmentFacts {
  readonly nowMs: number;
  /** How long an environment stays at least. */
  readonly keepMs: number;
  readonly found: readonly FoundEnvironment[];
  /** Keys that a version of a pack, or a link for Attune's workers, leads to. */
  readonly linked: ReadonlySet<string>;
}

/** An environment that nothing leads to, or half of one. */
export interface LeftEnvironment {
  /** Relative to the pack store. */
  readonly path: string;
  readonly goes: boolean;
  readonly why: string;
  readonly builtMs: number | null;
  readonly bytes: number;
}

/**
 * The rules of environments: one goes when nothing leads to it and it was built longer ago than `keepMs`; half of one goes
 * when nobody builds it. What leads somewhere is not listed, and what has no name of ours is never touched.
 */
export function chooseEnvironments({ nowMs, keepMs, found, linked }: EnvironmentFacts): readonly LeftEnvironment[] {
  return found.flatMap(({ name, builtMs, bytes, isBuilt }): LeftEnvironment[] => {
    const left = { path: `${environmentsDirectory}/${name}`, builtMs, bytes };
    const key = keyOf(name);
    if (key === null || (linked.has(key) && name === key && builtMs !== null)) return [];
    if (isBuilt) return [{ ...left, goes: false, why: 'it is being built' }];
    if (name !== key || builtMs === null) return [{ ...left, goes: true, why: 'left by a build that was killed' }];
    if (builtMs + keepMs >= nowMs) return [{ ...left, goes: false, why: 'built less than packStore.keep ago' }];
    return [{ ...left, goes: true, why: 'no version of a pack leads to it' }];
  });
}

/** Null where the name is none of ours. */
export function keyOf(name: string): string | null {
  const key = name.slice(0, 32);
  const isOurs = /^[0-9a-f]{32}$/.test(key) && ['', beforeSuffix].includes(name.slice(32));
  return isOurs ? key : null;
}
