import type { InstalledPack, RecordedPack } from '../../actual/actual.ts';
import type { ResolvedSource, WantedPack } from '../../desired/desired.ts';
import { parseVersion } from '../../packs/versions/parse-constraint.ts';
import { sayRollback } from '../holds.ts';
import type { Cause } from '../pack-scope.ts';
import type { Action, ContentVersion, Reason } from '../plan.ts';

/** What was found different between the two sides. */
export interface Found {
  readonly manager: string;
  readonly causes: ReadonlySet<Cause>;
  /** The store does not hold this version, or a link leads elsewhere. */
  readonly files: boolean;
  /** The inventory has the pack, Attune has not. */
  readonly lost: boolean;
  /** A person asked for it. */
  readonly forced: boolean;
}

export interface Decision {
  readonly action: Action;
  readonly reason: Reason;
}

/** What to do about a wanted pack, and why: the first that holds. Null: nothing. */
export function chooseAction(wanted: WantedPack, installed: InstalledPack | undefined, found: Found): Decision | null {
  const recorded = installed?.recorded;
  if (installed === undefined) return install(found);
  if (recorded == null) return adopt('not installed by Attune Sync');
  if (recorded.manager !== found.manager) return adopt(`managed by ${recorded.manager}`);
  if (found.forced) return force(wanted, recorded);
  if (recorded.digest !== wanted.content.digest) return reinstall(wanted, recorded);
  if (found.causes.has('content')) return readAnew();
  if (found.causes.has('drift')) return repair('row-drifted', found);
  if (found.files) return repair('files-drifted', found);
  if (found.causes.has('reference')) return repair('reference-found', found);
  if (sayConfigured(found).length > 0) return configure(found);
  if (recorded.givenBy !== undefined) return takeOver(recorded.givenBy);
  return null;
}

function install({ lost }: Found): Decision {
  const sentence = lost ? 'not installed any more: somebody deleted it from Attune' : 'not installed';
  return { action: 'install', reason: { code: 'not-installed', sentence } };
}

function adopt(sentence: string): Decision {
  return { action: 'adopt', reason: { code: 'installed-by-another', sentence } };
}

/** Nothing is written but the inventory: from now on the absence of a document means something. */
function takeOver(giver: string): Decision {
  return { action: 'adopt', reason: { code: 'transferred', sentence: `transferred from ${giver}` } };
}

function reinstall(wanted: WantedPack, recorded: RecordedPack): Decision {
  const { content, source, held } = wanted;
  if (held !== undefined)
    return { action: 'reinstall', reason: { code: 'rolled-back', sentence: sayRollback(held, content.version) } };
  const reason: Reason =
    recorded.version === content.version
      ? { code: 'content-changed', sentence: `content changed${broughtBy(source)}${movedTag(wanted, recorded)}` }
      : { code: 'version-changed', sentence: `${recorded.version} → ${content.version}${movedTag(wanted, recorded)}` };
  return { action: 'reinstall', reason };
}

function force(wanted: WantedPack, recorded: RecordedPack): Decision {
  const asked = 'asked for';
  const sentence =
    recorded.digest === wanted.content.digest ? asked : `${reinstall(wanted, recorded).reason.sentence}, ${asked}`;
  return { action: 'reinstall', reason: { code: 'forced', sentence } };
}

/** Which tags a range chose, before and now; what was followed before may have been a branch. */
function movedTag({ document, source }: WantedPack, { source: last }: RecordedPack): string {
  if (document.source.type !== 'git' || document.source.ref.type !== 'semver' || source.type !== 'git') return '';
  const { prefix } = document.source.ref;
  if (last.ref === null || last.ref === source.ref) return '';
  const wasTag = last.ref.startsWith(prefix) && parseVersion(last.ref.slice(prefix.length)) !== undefined;
  return `, tag ${wasTag ? `${last.ref} → ` : ''}${source.ref}`;
}

function broughtBy(source: ResolvedSource): string {
  if (source.type === 'directory') return '';
  const author = source.author === undefined ? '' : ` by ${source.author}`;
  return ` in ${source.commit.slice(0, 7)}${author}`;
}

/** The same files, but a later version of this tool or of Attune has a place for more of what they say. */
function readAnew(): Decision {
  return { action: 'reinstall', reason: { code: 'content-changed', sentence: 'the same files say more now' } };
}

function repair(code: Reason['code'], { causes, files }: Found): Decision {
  const parts = [
    ...(causes.has('drift') ? ['row drifted'] : []),
    ...(files ? ['files drifted'] : []),
    ...(causes.has('reference') ? ['reference found'] : []),
    ...sayConfigured({ causes }),
  ];
  return { action: 'repair', reason: { code, sentence: parts.join(', ') } };
}

function configure(found: Found): Decision {
  return { action: 'configure', reason: { code: 'config-changed', sentence: sayConfigured(found).join(', ') } };
}

const configurable = [
  ['config', 'config'],
  ['switch', 'switches'],
  ['prune', 'prune'],
] as const;

/** What the document, or what people set, changes beside the content: `config, switches and prune changed`. */
function sayConfigured({ causes }: Pick<Found, 'causes'>): string[] {
  const names = configurable.filter(([cause]) => causes.has(cause)).map(([, name]) => name);
  const listed = [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((name) => name !== '').join(' and ');
  return [...(listed === '' ? [] : [`${listed} changed`]), ...(causes.has('checksum') ? ['checksum verified'] : [])];
}

/** What is installed now, as far as it is known. */
export function installedVersion(installed: InstalledPack | undefined): ContentVersion | null {
  if (installed === undefined) return null;
  const { recorded, columns } = installed;
  if (recorded === null) return { version: String(columns.version ?? ''), digest: null, commit: null };
  return { version: recorded.version, digest: recorded.digest, commit: recorded.source.commit };
}

/** What will be installed. The same content keeps the commit that brought it (design §7). */
export function wantedVersion({ content, source }: WantedPack, recorded: RecordedPack | undefined): ContentVersion {
  const { version, digest } = content;
  if (recorded?.digest === digest) return { version, digest, commit: recorded.source.commit };
  return { version, digest, commit: source.type === 'git' ? source.commit : null };
}
