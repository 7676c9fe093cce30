import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { parseRuntimeConfig } from '../environments/parse-runtime-config.ts';
import { isObject, type Json } from '../json.ts';

/**
 * The runtimes for which Attune's workers make an environment for a pack, by name in lower case: those of its actions,
 * ad-hoc ones too, that say how one is made or whose manifest the pack has. Attune finds them the same way.
 *
 * @param directory the pack's files
 */
export async function findRuntimeNames(
  transaction: Knex.Transaction,
  pack: string,
  directory: string,
): Promise<readonly string[]> {
  const { rows } = (await transaction.raw(
    `SELECT DISTINCT r.name, r.execution_config AS config FROM action a
       JOIN pack p ON p.id = a.pack AND p.ref = ? JOIN runtime r ON r.id = a.runtime`,
    [pack],
  )) as { rows: { name: string; config: Json }[] };
  const needed = await Promise.all(rows.map(async ({ config }) => hasPlan(config) || hasManifest(config, directory)));
  return [...new Set(rows.filter((_, index) => needed[index]).map(({ name }) => name.toLowerCase()))].sort();
}

function hasPlan(config: Json): boolean {
  return isObject(config) && isObject(config.environment);
}

async function hasManifest(config: Json, directory: string): Promise<boolean> {
  const { config: read, fault } = parseRuntimeConfig(config);
  if (read.dependencies === null || fault !== null) return false;
  return stat(join(directory, read.dependencies.manifest)).then(
    () => true,
    () => false,
  );
}
