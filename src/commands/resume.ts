import type { Suspension } from '../actual/safeguards.ts';
import type { DatabaseContext } from '../context.ts';
import { problem, SyncError } from '../errors.ts';
import type { ActiveSuspension } from '../plan/plan.ts';
import { saySuspension, suspensionsOf } from '../plan/suspensions.ts';
import { formatTime } from '../text/format-time.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { readSuspensions } from './queries/read-suspensions.ts';
import { readFetchedDocuments } from './read-fetched-documents.ts';
import { readLocalDocuments } from './read-local-documents.ts';
import { listStated } from './suspensions/list-stated.ts';
import { findKnown, unknownPack } from './suspensions/require-own.ts';
import { recordSuspensions, writeSuspensions } from './suspensions/write-suspensions.ts';

export interface ResumeOptions {
  /** Packs; none: that of all packs, or every one of them with `all`. */
  readonly refs: readonly string[];
  /** Those of single packs too. */
  readonly all?: boolean;
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

export interface Resumed {
  /** What ended. */
  readonly ended: readonly Suspension[];
  /** What keeps the same packs from being written all the same, wherever it was said. */
  readonly staying: readonly ActiveSuspension[];
}

/**
 * Ends what was suspended by command. What a document or the configuration says stands there, and is ended there.
 *
 * @throws SyncError `not-suspended` for each pack of which nothing was suspended by command, saying what keeps it, and
 * `unknown-pack` for each that nobody knows; neither with `all`
 */
export async function resume(context: DatabaseContext, options: ResumeOptions): Promise<Resumed> {
  const { config, database } = context;
  const started = context.now();
  const refs = [...new Set(options.refs)].sort();
  const found = (await hasSyncTables(database)) ? await readSuspensions(database.knex, config.name) : [];
  const isMeant = ({ pack }: Pick<Suspension, 'pack'>) =>
    options.all === true || (refs.length === 0 ? pack === null : pack !== null && refs.includes(pack));
  const ended = found.filter(isMeant);
  const local = await readLocalDocuments(context);
  const fetched = await readFetchedDocuments(context);
  const documents = [...local.documents, ...fetched.flatMap((entry) => entry.documents)];
  const left = found.filter((one) => !isMeant(one));
  const stated = listStated(context, documents, left);
  if (options.all !== true) {
    const known = await findKnown(context, refs);
    for (const { ref } of documents) known.add(ref);
    requireSuspended(refs, ended, { stated, known });
  }
  const isConcerned = ({ pack }: ActiveSuspension) => pack === null || refs.length === 0 || refs.includes(pack);
  const staying = stated.filter(isConcerned);
  if (ended.length === 0) return { ended, staying };
  // What came meanwhile is what people wait for.
  const asks = refs.length === 0 || options.all === true ? {} : { refs };
  const run = { cause: 'resume', who: options.who, lockTimeoutMs: options.lockTimeoutMs, asks };
  await writeSuspensions(context, run, async (transaction) => {
    await transaction.raw(
      `DELETE FROM attune_sync.suspension s WHERE s.manager = ? AND (s.expires <= now() OR COALESCE(s.pack, '') = ANY(?::text[]))`,
      [config.name, ended.map(({ pack }) => pack ?? '')],
    );
    const lines = ended.map(({ pack, who, since, reason }) => ({
      pack,
      reason: `resumed; suspended since ${formatTime(since)} by ${who}: ${reason}`,
    }));
    await recordSuspensions(transaction, run, { manager: config.name, started, lines });
  });
  return { ended, staying };
}

function requireSuspended(
  refs: readonly string[],
  ended: readonly Suspension[],
  { stated, known }: { readonly stated: readonly ActiveSuspension[]; readonly known: ReadonlySet<string> },
): void {
  const wished = refs.length === 0 ? [null] : refs;
  const problems = wished
    .filter((pack) => !ended.some((one) => one.pack === pack))
    .map((pack) => {
      if (pack !== null && !known.has(pack))
        return unknownPack(pack, known, '`attune-sync status` lists the packs there are.');
      const others = pack === null ? stated : suspensionsOf(pack, stated);
      const message = pack === null ? 'Nobody suspended all packs by command.' : `Nobody suspended ${pack} by command.`;
      const hint =
        others.length === 0
          ? '`attune-sync status` shows why a pack does not change.'
          : others.map(sayRemedyFirst).join(' ');
      return problem('error', 'not-suspended', message, { hint });
    });
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}

/** The same where a sentence begins with it; a ref is written as it is. */
export function sayRemedyFirst(suspension: ActiveSuspension): string {
  return sayRemedy(suspension).replace(/^all packs are/, 'All packs are');
}

/** What suspends, and how it is ended. */
export function sayRemedy(suspension: ActiveSuspension): string {
  const { pack, by, where } = suspension;
  const said = pack === null ? saySuspension(suspension) : `${pack} is ${saySuspension(suspension)}`;
  const command = pack === null ? 'attune-sync resume' : `attune-sync resume ${pack}`;
  const place = where === null ? '' : `${where.file}${where.line === undefined ? '' : `:${where.line}`}`;
  const key = by === 'document' ? '`suspend`' : '`sync.suspend`';
  const remedy =
    by === 'window'
      ? '`attune-sync apply --despite-window WHY` applies all the same'
      : by === 'command'
        ? `\`${command}\` ends that`
        : `take ${key} out of ${place} to end that`;
  return `${said}; ${remedy}.`;
}
