import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Migration {
  /** The file's name without its extension, as it is recorded. */
  readonly name: string;
  readonly sql: string;
}

/** From src/database under tsx and from dist/database when compiled, the package's root is two up. */
const migrationsDirectory = join(import.meta.dirname, '..', '..', 'migrations');

/** The SQL files of one set, in the order of their names. */
export async function readMigrations(set: 'attune' | 'sync', directory = migrationsDirectory): Promise<Migration[]> {
  const folder = join(directory, set);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -'.sql'.length),
      sql: await readFile(join(folder, name), 'utf8'),
    })),
  );
}

/** The text as `knex.raw` sends it unchanged: every question mark would be taken for a binding, in strings too. */
export function escapeBindings(sql: string): string {
  return sql.replaceAll('?', '\\?');
}
