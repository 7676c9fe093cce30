import type { Knex } from 'knex';
import type { RecordedSource } from '../../actual/actual.ts';
import type { DatabaseContext } from '../../context.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { SyncError } from '../../errors.ts';
import type { CommitFacts } from '../../sources/git/read-change.ts';
import { nearest } from '../../yaml/nearest.ts';
import { findOverrides, type OverrideEntry } from '../queries/find-overrides.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { type InstalledPackRow, readInstalledPacks } from '../queries/read-installed-packs.ts';
import { readOrphans } from '../queries/read-orphans.ts';
import { findDocuments, type TracedDocument } from './find-document.ts';
import { findRows, listRefs, type TracedRow } from './find-rows.ts';
import { placeComponent, readFileChange, readInstalledContent, type TracedFile } from './place-component.ts';
import { readWriters, type Writers } from './read-writers.ts';

/** Whose a row is. `deleted`: an inventory has it, its row is gone. `not-installed`: only a document names it. */
export type Origin = 'managed' | 'adhoc' | 'unmanaged' | 'deleted' | 'not-installed';

/** Where one row comes from, step by step; null wherever it is not known on this machine. */
export interface Trace {
  readonly row: TracedRow | null;
  readonly kind: TracedRow['kind'];
  readonly ref: string;
  readonly origin: Origin;
  readonly pack: InstalledPackRow | null;
  /** The file in the pack. */
  readonly file: TracedFile | null;
  /** What the installed content came from. */
  readonly source: RecordedSource | null;
  /** Who changed that file. */
  readonly change: CommitFacts | null;
  readonly document: TracedDocument | null;
  readonly writers: Writers;
  /** What people set there. Nothing says who they were. */
  readonly overrides: readonly OverrideEntry[];
  /** Of an orphaned rule: what it waits for. */
  readonly waitsFor: readonly string[];
}

/**
 * Follows a row back to the people who made it what it is. Reads only, and asks no remote: commits are those that were
 * fetched, or those of work trees on this machine.
 *
 * @param ref of a pack or component; several may answer to it
 * @throws SyncError `not-installed` where it is gone and remembered, `unknown-ref` with the nearest there is, and those of `inspectAttune`
 */
export async function trace(context: DatabaseContext, ref: string): Promise<readonly Trace[]> {
  const { knex } = context.database;
  await inspectAttune(context.database);
  const recorded = await hasSyncTables(context.database);
  const rows = await findRows(knex, ref, { recorded });
  const documents = await findDocuments(context);
  if (rows.length === 0 && !documents.has(ref))
    throw (recorded ? await goneRef(knex, ref) : null) ?? (await unknownRef(knex, ref, [...documents.keys()]));
  const documentOf = async (pack: string | null) => (pack === null ? null : ((await documents.get(pack)?.()) ?? null));
  if (rows.length === 0)
    return [{ ...nothing, kind: 'pack', ref, origin: 'not-installed', document: await documentOf(ref) }];
  const traces: Trace[] = [];
  for (const row of rows) {
    const origin = originOf(row);
    const [pack = null] = row.pack === null ? [] : await readInstalledPacks(knex, { recorded, ref: row.pack });
    // What a person made, or nobody recorded, came from no pack's files as far as is known.
    const isOurs = origin === 'managed' || origin === 'deleted';
    const { file, change } = isOurs && pack !== null ? await traceFile(context, row, pack) : nothing;
    const isManaged = pack !== null && pack.manager !== null;
    traces.push({
      row,
      kind: row.kind,
      ref,
      origin,
      pack,
      file,
      source: pack?.source ?? null,
      change,
      document: await documentOf(row.pack),
      writers:
        recorded && isOurs && isManaged && row.pack !== null ? await readWriters(knex, row.pack) : nothing.writers,
      overrides: recorded ? (await findOverrides(knex, { ref })).filter((one) => isAbout(one, row)) : [],
      waitsFor: row.kind === 'rule' ? ((await readOrphans(knex)).find((one) => one.ref === ref)?.missing ?? []) : [],
    });
  }
  return traces;
}

const nothing = {
  row: null,
  pack: null,
  file: null,
  source: null,
  change: null,
  document: null,
  writers: { brought: null, last: null },
  overrides: [],
  waitsFor: [],
} as const;

function originOf({ id, adhoc, recorded }: TracedRow): Origin {
  if (id === null) return 'deleted';
  if (adhoc) return 'adhoc';
  return recorded ? 'managed' : 'unmanaged';
}

/** Of a pack, its own: those of its components are told with them. */
function isAbout(override: OverrideEntry, { kind, ref }: TracedRow): boolean {
  return override.kind === kind && override.ref === ref;
}

async function traceFile(
  context: DatabaseContext,
  row: TracedRow,
  { ref, version, digest, source }: InstalledPackRow,
): Promise<Pick<Trace, 'file' | 'change'>> {
  if (digest === null || source === null) return nothing;
  const content = await readInstalledContent(context, { ref, version, digest });
  const file = content === null ? null : placeComponent(content, row);
  return { file, change: await readFileChange(context, source, file?.path ?? null) };
}

/** What is gone and still remembered; null where it is not. */
async function goneRef(knex: Knex, ref: string): Promise<SyncError | null> {
  const aside = await knex('attune_sync.preserved').where({ ref }).whereNull('restored').first('pack');
  const run = await knex('attune_sync.run_change').where({ pack: ref }).first('pack');
  if (aside === undefined && run === undefined) return null;
  return new SyncError('not-installed', `${ref} is not in Attune any more.`, {
    hint:
      aside === undefined
        ? `\`attune-sync history ${ref}\` shows what became of it.`
        : `It was set aside with the pack ${aside.pack}: \`attune-sync preserved list\` shows since when, and what it waits for.`,
  });
}

async function unknownRef(knex: Knex, ref: string, desired: readonly string[]): Promise<SyncError> {
  const found = nearest(ref, [...new Set([...(await listRefs(knex)), ...desired])].sort());
  return new SyncError('unknown-ref', `Attune has neither a pack nor a component ${ref}, and no document names it.`, {
    hint: found === undefined ? '`attune-sync tree` shows all there is.' : `Did you mean ${found}?`,
  });
}
