import { hasSyncTables } from '../../commands/queries/has-sync-tables.ts';
import { readInstalledPacks } from '../../commands/queries/read-installed-packs.ts';
import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import type { DaemonView } from '../../daemon/daemon-view.ts';
import type { DocumentSource } from '../../desired/desired.ts';
import { withDatabase } from '../with-database.ts';

/**
 * Every git remote that entries and documents name. A daemon that has made no pass yet, or makes none, knows
 * the documents of its directories, and for those of git entries what was installed from.
 */
export async function listRemotes(view: DaemonView): Promise<readonly string[]> {
  const { config } = view.context;
  const entries = config.desiredState.flatMap((entry) => (entry.type === 'git' ? [entry.url] : []));
  const { desired } = view.state();
  if (desired === null) return [...entries, ...(await readRemotes(view))];
  return [...entries, ...[...desired.packs, ...desired.unreadable].flatMap(({ document }) => urlOf(document.source))];
}

function readRemotes(view: DaemonView): Promise<readonly string[]> {
  return withDatabase(view, async (context) => {
    const { documents } = await readLocalDocuments(context);
    const recorded = await hasSyncTables(context.database);
    const installed = await readInstalledPacks(context.database.knex, { recorded });
    return [
      ...documents.flatMap(({ source }) => urlOf(source)),
      ...installed.flatMap(({ source }) => (source?.type === 'git' ? [source.url] : [])),
    ];
  });
}

function urlOf(source: DocumentSource): readonly string[] {
  return source.type === 'git' ? [source.url] : [];
}
