import type { RecordedSource } from '../actual/actual.ts';
import type { WaitingAnnouncements } from '../announcements/read-waiting.ts';
import type { PackDocument } from '../desired/desired.ts';
import type { Problem } from '../errors.ts';
import type { ActiveSuspension } from '../plan/plan.ts';
import { saySuspension, suspensionsOf } from '../plan/suspensions.ts';
import { formatTime } from '../text/format-time.ts';
import { describeDocumentSource, describeRecordedSource } from './describe-source.ts';
import type { ApprovalRow } from './queries/read-approvals.ts';
import type { DegradedRow } from './queries/read-degraded.ts';
import type { EnvironmentRow } from './queries/read-environments.ts';
import type { HoldRow } from './queries/read-hold.ts';
import type { InstalledPackRow } from './queries/read-installed-packs.ts';
import type { RunChangeRow, RunRow } from './queries/read-last-run.ts';
import type { OrphanRow } from './queries/read-orphans.ts';
import type { RestartRow } from './queries/read-restarts.ts';
import { sayHold } from './say-hold.ts';

export type PackState =
  | 'installed'
  | 'degraded'
  | 'held'
  | 'suspended'
  | 'blocked'
  | 'failed'
  | 'unreadable'
  | 'not installed'
  | 'not adopted';

export interface PackStatus {
  readonly ref: string;
  /** What the document asks for, or what the pack was last installed from. */
  readonly desired: string;
  /** The version in Attune; null where there is none. */
  readonly installed: string | null;
  readonly state: PackState;
  /** 40 hex, or null where the content is not from git. */
  readonly commit: string | null;
  /** Why it is not as desired, or what to know about it. */
  readonly message: string | null;
  /** The rollback it is held by; left out where there is none. */
  readonly hold?: HoldRow;
  /** What keeps it as it is, as far as it is known without a network; left out where there is nothing. */
  readonly suspensions?: readonly ActiveSuspension[];
  /** What its code runs in, as far as it is built here; left out where there is nothing. */
  readonly environments?: readonly EnvironmentRow[];
}

export interface Status {
  readonly manager: string;
  readonly lastRun: RunRow | null;
  /** Those of all packs. */
  readonly suspensions: readonly ActiveSuspension[];
  readonly packs: readonly PackStatus[];
  /** Sensors that may still run what was there before; left out where there are none. */
  readonly restarts?: readonly RestartRow[];
  /** Messages that Attune's services have not got yet; left out where there are none. */
  readonly announcements?: WaitingAnnouncements;
  /** What concerns no single pack: desired state that is unreadable or emptied, a store that is not the database's. */
  readonly problems: readonly Problem[];
}

/** Everything that a status is made of, as read. */
export interface StatusFacts {
  readonly manager: string;
  /** Who asks, as runs are recorded; undefined where nobody in particular does. */
  readonly asker?: string;
  /** Those that can be read without a network; packs of others are known by the inventory. */
  readonly documents: readonly PackDocument[];
  /** Refs that invalid documents still name. */
  readonly mentioned: readonly string[];
  readonly packs: readonly InstalledPackRow[];
  readonly last: { readonly run: RunRow; readonly changes: readonly RunChangeRow[] } | null;
  readonly orphans: readonly OrphanRow[];
  readonly degraded: readonly DegradedRow[];
  readonly approvals: readonly ApprovalRow[];
  /** Rollbacks in force. */
  readonly holds?: readonly HoldRow[];
  /** In force. */
  readonly suspensions?: readonly ActiveSuspension[];
  /** By pack. */
  readonly environments?: ReadonlyMap<string, readonly EnvironmentRow[]>;
  readonly restarts?: readonly RestartRow[];
  readonly announcements?: WaitingAnnouncements;
  readonly problems: readonly Problem[];
}

/** Joins what was read; pure. Packs of other managers and unmanaged ones are left out unless a document names them. */
export function buildStatus(facts: StatusFacts): Status {
  const documents = new Map(facts.documents.map((document) => [document.ref, document]));
  const installed = new Map(facts.packs.map((pack) => [pack.ref, pack]));
  const changes = new Map((facts.last?.changes ?? []).map((change) => [change.pack, change]));
  const holds = new Map((facts.holds ?? []).map((hold) => [hold.pack, hold]));
  const ours = facts.packs.filter(({ manager }) => manager === facts.manager).map(({ ref }) => ref);
  const refs = [...new Set([...documents.keys(), ...facts.mentioned, ...ours, ...changes.keys()])].sort();
  const packs = refs.flatMap((ref) => {
    const pack = installed.get(ref);
    const document = documents.get(ref);
    const change = changes.get(ref);
    const isDesired = document !== undefined || facts.mentioned.includes(ref);
    if (pack === undefined && !isDesired && change?.outcome === 'applied') return [];
    const notes = notesOf(ref, facts);
    const hold = pack === undefined || pack.manager === facts.manager ? holds.get(ref) : undefined;
    const suspensions = suspensionsOf(ref, facts.suspensions ?? []);
    const state = stateOf(facts.manager, pack, change, {
      isSuspended: suspensions.length > 0,
      isDegraded: notes.degraded !== null || notes.broken !== null,
      isHeld: hold !== undefined,
    });
    const trouble = troubled(state) && change !== undefined ? tellTrouble(change, facts) : null;
    const message = state === 'blocked' && isOfSuspension(trouble) ? `${trouble}; resumed or run out since` : trouble;
    // What is said of all packs is said once, below them.
    const paused = suspensions.filter(({ pack }) => pack !== null).map(saySuspension);
    const approved = state === 'blocked' ? approvedSince(ref, facts) : null;
    const held = hold === undefined ? null : sayHold(hold);
    const environments = facts.environments?.get(ref);
    const all = [
      message,
      state === 'suspended' ? waitsFor(change) : null,
      ...paused,
      approved,
      held,
      foreignManager(facts.manager, pack),
      notes.degraded,
      notes.broken,
      notes.orphans,
    ];
    const texts = all.filter((text) => text !== null);
    return [
      {
        ref,
        desired: desiredOf(document, pack?.source ?? null),
        installed: pack?.version ?? null,
        state,
        commit: pack?.source?.commit ?? null,
        message: texts.length === 0 ? null : texts.join('; '),
        ...(hold === undefined ? {} : { hold }),
        ...(suspensions.length === 0 ? {} : { suspensions }),
        ...(environments === undefined ? {} : { environments }),
      },
    ];
  });
  const { manager, problems } = facts;
  const whole = (facts.suspensions ?? []).filter(({ pack }) => pack === null);
  const { restarts = [], announcements } = facts;
  return {
    manager,
    lastRun: facts.last?.run ?? null,
    suspensions: whole,
    packs,
    ...(restarts.length === 0 ? {} : { restarts }),
    ...(announcements === undefined || announcements.count === 0 ? {} : { announcements }),
    problems,
  };
}

function stateOf(
  manager: string,
  pack: InstalledPackRow | undefined,
  change: RunChangeRow | undefined,
  { isSuspended, isDegraded, isHeld }: Record<'isSuspended' | 'isDegraded' | 'isHeld', boolean>,
): PackState {
  if (change?.outcome === 'failed' || change?.outcome === 'unreadable') return change.outcome;
  if (isSuspended) return 'suspended';
  if (change?.outcome === 'blocked' || change?.outcome === 'skipped') return 'blocked';
  if (pack === undefined) return 'not installed';
  if (pack.manager !== manager) return 'not adopted';
  if (isDegraded) return 'degraded';
  return isHeld ? 'held' : 'installed';
}

/** What was suspended by command is known here; documents elsewhere may still say what they said. */
function isOfSuspension(message: string | null): boolean {
  return message !== null && /(?:^|; )(?:all packs are )?suspended by (?!a sync window)/.test(message);
}

/** What the last run would have done to a suspended pack. */
function waitsFor(change: RunChangeRow | undefined): string | null {
  return change?.outcome === 'blocked' || change?.outcome === 'skipped' ? `waits: ${change.reason}` : null;
}

function troubled(state: PackState): boolean {
  return state === 'failed' || state === 'unreadable' || state === 'blocked';
}

/** What one user or run met is not what another would meet: whose it is and from when is said, unless the last line does. */
function tellTrouble({ message, reason, run, who, ended }: RunChangeRow, { asker, last }: StatusFacts): string {
  const text = message ?? reason;
  const isOwn = asker === undefined || asker === who;
  return isOwn && run === last?.run.id ? text : `${text} (run ${run} by ${who}, ${formatTime(ended)})`;
}

/** What blocked it in the last run may have been let through since. */
function approvedSince(ref: string, { approvals, last }: StatusFacts): string | null {
  const found = approvals.find(
    ({ changes, used, isExpired, created }) =>
      !isExpired &&
      !used.includes(ref) &&
      changes.some(({ pack }) => pack === ref) &&
      (last === null || created.getTime() > last.run.ended.getTime()),
  );
  return found === undefined ? null : `approved since by ${found.who}, until ${formatTime(found.expires)}`;
}

interface StatusNotes {
  readonly degraded: string | null;
  /** Environments that its code cannot run in. */
  readonly broken: string | null;
  readonly orphans: string | null;
}

function notesOf(ref: string, facts: StatusFacts): StatusNotes {
  const degraded = facts.degraded.filter(({ pack }) => pack === ref).map((row) => `${row.kind} ${row.ref}`);
  const orphans = facts.orphans
    .filter(({ pack }) => pack === ref)
    .map((row) => `rule ${row.ref} waits for ${row.missing.join(' and ')}`);
  const broken = (facts.environments?.get(ref) ?? [])
    .filter(({ state }) => state !== 'ready')
    .map(({ link, state, fault }) => `environment ${link} is ${state}${fault === null ? '' : ` (${fault})`}`);
  return {
    degraded: degraded.length === 0 ? null : `no runtime for ${listFew(degraded)}`,
    broken: broken.length === 0 ? null : broken.join(', '),
    orphans: orphans.length === 0 ? null : orphans.join(', '),
  };
}

/** A pack whose runtime is missing may have hundreds of actions. */
function listFew(names: readonly string[]): string {
  const hidden = names.length - 3;
  return hidden > 1 ? `${names.slice(0, 3).join(', ')} and ${hidden} more` : names.join(', ');
}

function foreignManager(manager: string, pack: InstalledPackRow | undefined): string | null {
  if (pack === undefined || pack.manager === manager) return null;
  return pack.manager === null
    ? 'not installed by Attune Sync; the next apply adopts it'
    : `belongs to manager ${pack.manager}`;
}

function desiredOf(document: PackDocument | undefined, source: RecordedSource | null): string {
  if (document !== undefined) return describeDocumentSource(document.source);
  return source === null ? '-' : describeRecordedSource(source);
}
