import type { DatabaseContext } from '../../context.ts';
import { migrationStatus } from '../../database/migrate.ts';
import { type Problem, problem, SyncError } from '../../errors.ts';
import { nearest } from '../../yaml/nearest.ts';
import { readLocalDocuments } from '../read-local-documents.ts';

/**
 * @throws SyncError `unknown-pack` for each that neither Attune, a document of a directory nor history knows;
 * `managed-by-another` for each that belongs to another manager
 */
export async function requireOwn(context: DatabaseContext, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  const { config, database } = context;
  const known = await findKnown(context, refs);
  const { applied } = await migrationStatus(database);
  const recorded: { ref: string; manager: string }[] =
    applied.length > 0 ? await database.knex('attune_sync.pack').select('ref', 'manager') : [];
  const managers = new Map(recorded.map(({ ref, manager }) => [ref, manager]));
  const problems = refs.flatMap((ref) => {
    const manager = managers.get(ref);
    if (!known.has(ref)) return [unknownPack(ref, known, unmet)];
    if (manager === undefined || manager === config.name) return [];
    const message = `The pack ${ref} belongs to the manager ${manager}, not to ${config.name}.`;
    return [problem('error', 'managed-by-another', message, { hint: `Use the configuration of ${manager}.` })];
  });
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}

const unmet = 'Of a pack that a git entry names and nobody has met yet, say `suspend` in its document.';

/** Every pack that Attune or history knows; those too that documents of directories name where one of `refs` is none of them. */
export async function findKnown(context: DatabaseContext, refs: readonly string[]): Promise<Set<string>> {
  const { knex } = context.database;
  const { applied } = await migrationStatus(context.database);
  const isRecorded = applied.length > 0;
  const installed: { ref: string }[] = await knex('pack').select('ref');
  const recorded: { ref: string }[] = isRecorded ? await knex('attune_sync.pack').select('ref') : [];
  const seen: { ref: string }[] = isRecorded ? await knex('attune_sync.run_change').distinct({ ref: 'pack' }) : [];
  const known = new Set([...installed, ...recorded, ...seen].map(({ ref }) => ref));
  if (refs.some((ref) => !known.has(ref))) {
    const { documents, mentioned } = await readLocalDocuments(context);
    for (const ref of [...documents.map((document) => document.ref), ...mentioned]) known.add(ref);
  }
  return known;
}

/** @param otherwise the remedy where no name is near */
export function unknownPack(ref: string, known: ReadonlySet<string>, otherwise: string): Problem {
  const found = nearest(ref, [...known].sort());
  const hint = found === undefined ? otherwise : `Did you mean ${found}?`;
  return problem('error', 'unknown-pack', `There is no pack ${ref}, and no document here names it.`, { hint });
}
