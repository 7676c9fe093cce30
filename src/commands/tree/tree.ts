import type { DatabaseContext } from '../../context.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { SyncError } from '../../errors.ts';
import { parseDependency } from '../../packs/parse/parse-dependencies.ts';
import { nearest } from '../../yaml/nearest.ts';
import { findOverrides } from '../queries/find-overrides.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { listComponents } from '../queries/list-components.ts';
import { readDegraded } from '../queries/read-degraded.ts';
import { readInstalledPacks } from '../queries/read-installed-packs.ts';
import { readOrphans } from '../queries/read-orphans.ts';
import type { LocalDocuments } from '../read-local-documents.ts';
import { status } from '../status.ts';
import { buildTree, type Tree } from './build-tree.ts';

/**
 * Everything in Attune by manager and pack, with what is desired and not there. Reads only, and asks no remote.
 *
 * @param options `ref`: only this pack
 * @throws SyncError `unknown-pack`, with the nearest there is, and those of `inspectAttune`
 */
export async function tree(
  context: DatabaseContext,
  options: LocalDocuments & { readonly ref?: string },
): Promise<Tree> {
  const { config, database } = context;
  const { knex } = database;
  const { ref, ...local } = options;
  await inspectAttune(database);
  const recorded = await hasSyncTables(database);
  const packs = await readInstalledPacks(knex, { recorded });
  const needed: { ref: string; dependencies: readonly string[] }[] = await knex('pack').select('ref', 'dependencies');
  const needs = new Map(needed.map((pack) => [pack.ref, pack.dependencies.map(parseDependency)]));
  const { packs: states } = await status(context, local);
  const built = buildTree({
    manager: config.name,
    packs: packs.map((pack) => ({
      ref: pack.ref,
      version: pack.version,
      manager: pack.manager,
      needs: (needs.get(pack.ref) ?? []).map((need) => ({ ref: need.ref, constraint: need.constraint ?? null })),
    })),
    states,
    components: await listComponents(knex, { recorded, ...(ref === undefined ? {} : { pack: ref }) }),
    overrides: recorded ? await findOverrides(knex, {}) : [],
    degraded: recorded ? await readDegraded(knex) : [],
    orphans: await readOrphans(knex),
  });
  return ref === undefined ? built : only(built, ref);
}

function only({ managers }: Tree, ref: string): Tree {
  const found = managers
    .map((manager) => ({ ...manager, packs: manager.packs.filter((pack) => pack.ref === ref) }))
    .filter(({ packs }) => packs.length > 0);
  if (found.length > 0) return { managers: found, loose: [] };
  const close = nearest(
    ref,
    managers.flatMap(({ packs }) => packs.map((pack) => pack.ref)),
  );
  throw new SyncError('unknown-pack', `Attune has no pack ${ref}, and no document here names it.`, {
    hint: close === undefined ? '`attune-sync tree` shows all there is.' : `Did you mean ${close}?`,
  });
}
