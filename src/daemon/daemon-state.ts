import type { Desired } from '../desired/desired.ts';
import type { Problem } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Pass } from './run-loop.ts';
import type { PassReport } from './run-pass.ts';

/** `starting`: it does not know yet whether it leads. `standby`: another leads; this one reads and answers. */
export type Role = 'starting' | 'leader' | 'standby' | 'stopping';

export interface LastPass {
  readonly pass: Pass;
  readonly report: PassReport;
  readonly endedAt: Date;
}

/** A pack that is tried again by itself. */
export interface WaitingRetry {
  /** Failures in a row. */
  readonly attempts: number;
  readonly at: Date;
}

/** A remote, or a registry, as the daemon last met it. */
export interface SourceState {
  /** Without credentials. */
  readonly url: string;
  readonly askedAt: Date | null;
  /** Null while it answers. */
  readonly failing: { readonly attempts: number; readonly retryAt: Date; readonly problem: Problem } | null;
}

/** A field that somebody else keeps writing too. */
export interface Fight {
  /** The pack. */
  readonly ref: string;
  /** `action core.echo`. */
  readonly component: string;
  /** A column, `enabled`, `config.<key>`, or `files`. */
  readonly field: string;
  /** How often it was repaired within an hour. */
  readonly times: number;
  readonly lastAt: Date;
}

/** What a daemon knows of itself at this moment. */
export interface DaemonState {
  readonly role: Role;
  /** In this role since. */
  readonly since: Date;
  /** `user@host` of who leads; null where nobody is known to. */
  readonly leader: string | null;
  /** Null while nothing is known to be wrong with it. */
  readonly databaseAwaySince: Date | null;
  /** Under way. */
  readonly pass: { readonly pass: Pass; readonly startedAt: Date } | null;
  readonly last: LastPass | null;
  /** When the last pass over all packs ended that did not fail as a whole; null before the first. */
  readonly lastWholeAt: Date | null;
  readonly nextLookAt: Date | null;
  /** Of the last pass that got as far; targets make it one of some packs. */
  readonly plan: Plan | null;
  /** Of the last whole pass. */
  readonly desired: Desired | null;
  /** By pack ref. */
  readonly retries: ReadonlyMap<string, WaitingRetry>;
  /** Sorted by url. */
  readonly sources: readonly SourceState[];
  /** Within the last hour. */
  readonly fights: readonly Fight[];
}
