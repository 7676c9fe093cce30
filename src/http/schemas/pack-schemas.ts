import { formatVersion, list, object, oneOf, orNull, shared, text, time, truth, whole } from './json-schema.ts';

export const packParams = object({ ref: { ...text, minLength: 1, maxLength: 255 } });

const run = object({ id: text, cause: text, who: text, started: time, ended: time, outcome: text });

const daemonState = object({
  since: time,
  pass: orNull(object({ cause: text, since: time, targets: orNull(whole) })),
  nextLookAt: orNull(time),
  failed: list(shared('Problem')),
  retries: list(object({ ref: text, attempts: whole, at: time })),
  moreRetries: whole,
  sources: list(object({ url: text, attempts: whole, at: time, message: text })),
  moreSources: whole,
});

/** What `status --output json` writes. */
export const statusSchema = object({
  formatVersion,
  manager: text,
  lastRun: orNull(run),
  packs: list(
    object({
      ref: text,
      desired: text,
      installed: orNull(text),
      state: { ...text, description: 'installed, degraded, held, blocked, failed, unreadable, not installed, …' },
      commit: orNull(text),
      message: orNull(text),
    }),
  ),
  problems: list(shared('Problem')),
  daemon: object({
    role: oneOf('starting', 'leader', 'standby', 'stopping'),
    leader: { ...orNull(text), description: 'Null where nobody is known to lead.' },
    standbys: list(text),
    state: { ...orNull(daemonState), description: 'Of the one that leads; null where this one does not.' },
  }),
});

/** What `pack show --output json` writes. */
export const packSchema = object({
  formatVersion,
  pack: object({
    ref: text,
    id: text,
    label: text,
    description: orNull(text),
    version: text,
    sourceType: orNull(text),
    sourceUrl: orNull(text),
    sourceRef: orNull(text),
    checksum: orNull(text),
    checksumVerified: orNull(truth),
    method: orNull(text),
    storagePath: orNull(text),
    installedAt: orNull(time),
    installedBy: orNull(text),
    created: time,
    updated: time,
    manager: orNull(text),
    digest: orNull(text),
    prune: orNull(truth),
  }),
  components: list(object({ kind: text, ref: text, id: text, enabled: orNull(truth), adhoc: truth, unmanaged: truth })),
  environments: list({ type: 'object' }),
  lastTest: orNull({ type: 'object' }),
  orphans: list(object({ pack: text, ref: text, missing: list(text) })),
  overrides: list(object({ pack: text, kind: text, ref: text, field: text, value: {} })),
  hold: orNull({ type: 'object' }),
  versions: list(object({ version: text, digest: text, installed: time, superseded: orNull(time) })),
  runs: list(
    object({
      run: text,
      ended: time,
      cause: text,
      who: text,
      action: text,
      reason: text,
      outcome: text,
      message: orNull(text),
      fromVersion: orNull(text),
      toVersion: orNull(text),
    }),
  ),
});

/** What `history --output json` writes. */
export const runsSchema = object({ formatVersion, changes: list(shared('Change')) });

export const runSchema = object({
  formatVersion,
  run: object({
    id: text,
    manager: text,
    cause: text,
    who: text,
    started: time,
    ended: time,
    outcome: text,
    targets: orNull(list(text)),
  }),
  changes: list(shared('Change')),
});

export const runsQuery = object(
  {},
  {
    ref: { ...text, description: 'Only this pack; of every manager.' },
    limit: { ...whole, minimum: 1, maximum: 500, default: 50 },
    since: { ...time, description: 'Only runs that ended then or later.' },
    before: { ...text, pattern: '^[0-9]{1,18}$', description: 'Only runs before this one: for the next page.' },
  },
);

export const planSchema = object({
  formatVersion,
  from: { ...oneOf('last-pass', 'computed'), description: 'Whose plan it is: of the last pass, or made to be shown.' },
  at: time,
  targets: { ...orNull(list(text)), description: 'The packs that it is about; null: all.' },
  plan: {
    type: 'object',
    description: 'As schemas/plan.schema.json of the package describes it.',
    required: ['formatVersion', 'manager', 'summary', 'changes'],
  },
});
