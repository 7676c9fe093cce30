import type { DatabaseContext } from '../../context.ts';
import { migrationStatus } from '../../database/migrate.ts';
import { problem, SyncError } from '../../errors.ts';
import { nearest } from '../../yaml/nearest.ts';
import { readLocalDocuments } from '../read-local-documents.ts';

/**
 * @throws SyncError `unknown-pack` for each that neither Attune, a document of a directory nor history knows;
 * `managed-by-another` for each that belongs to another manager
 */
export async function requireOwn(context: DatabaseContext, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  const { config, database } = context;
  const { applied } = await migrationStatus(database);
  const isRecorded = applied.length > 0;
  const installed: { ref: string }[] = await database.knex('pack').select('ref');
  const recorded: { ref: string; manager: string }[] = isRecorded
    ? await database.knex('attune_sync.pack').select('ref', 'manager')
    : [];
  const seen: { ref: string }[] = isRecorded
    ? await database.knex('attune_sync.run_change').distinct({ ref: 'pack' })
    : [];
  const known = new Set([...installed, ...recorded, ...seen].map(({ ref }) => ref));
  if (refs.some((ref) => !known.has(ref))) {
    const { documents, mentioned } = await readLocalDocuments(context);
    for (const ref of [...documents.map((document) => document.ref), ...mentioned]) known.add(ref);
  }
  const managers = new Map(recorded.map(({ ref, manager }) => [ref, manager]));
  const problems = refs.flatMap((ref) => {
    const manager = managers.get(ref);
    if (!known.has(ref)) return [unknownPack(ref, [...known].sort())];
    if (manager === undefined || manager === config.name) return [];
    const message = `The pack ${ref} belongs to the manager ${manager}, not to ${config.name}.`;
    return [problem('error', 'managed-by-another', message, { hint: `Use the configuration of ${manager}.` })];
  });
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}

function unknownPack(ref: string, known: readonly string[]) {
  const found = nearest(ref, known);
  const hint =
    found === undefined || found === null
      ? 'Of a pack that a git entry names and nobody has met yet, say `suspend` in its document.'
      : `Did you mean ${found}?`;
  return problem('error', 'unknown-pack', `There is no pack ${ref}, and no document here names it.`, { hint });
}
