import { readInstalledPacks } from '../commands/queries/read-installed-packs.ts';
import { readLocalDocuments } from '../commands/read-local-documents.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import { problem, SyncError } from '../errors.ts';
import { nearest } from '../yaml/nearest.ts';
import { withDatabase } from './with-database.ts';

/** @throws SyncError `unknown-pack` for each ref that no document names and Attune does not have */
export async function requireKnown(view: DaemonView, refs: readonly string[]): Promise<void> {
  const known = knownToDaemon(view);
  // Before its first pass, or standing by, a daemon has not met what git entries name.
  if (known === null && view.context.config.desiredState.some(({ type }) => type === 'git')) return;
  if (refs.every((ref) => known?.has(ref) === true)) return;
  const all = new Set([...(known ?? []), ...(await readKnown(view))]);
  const problems = refs
    .filter((ref) => !all.has(ref))
    .map((ref) => {
      const near = nearest(ref, [...all].sort());
      const hint = near == null ? 'GET /api/v1/packs lists those there are.' : `Did you mean ${near}?`;
      return problem('error', 'unknown-pack', `There is no pack ${ref}, and no document names one.`, { hint });
    });
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}

function knownToDaemon(view: DaemonView): ReadonlySet<string> | null {
  const { desired } = view.state();
  if (desired === null) return null;
  return new Set([...[...desired.packs, ...desired.unreadable].map(({ ref }) => ref), ...desired.mentioned]);
}

function readKnown(view: DaemonView): Promise<readonly string[]> {
  return withDatabase(view, async (context) => {
    const { documents, mentioned } = await readLocalDocuments(context);
    const installed = await readInstalledPacks(context.database.knex, { recorded: false });
    return [...[...documents, ...installed].map(({ ref }) => ref), ...mentioned];
  });
}
