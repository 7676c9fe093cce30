import { readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { external, leaveLazy, requireBanner } from './bundle.ts';

/**
 * Puts test files and all that they import into as few modules as can be shared between them: to find, read and translate
 * the sources of one test file costs more than most of its tests.
 *
 * @param root the package of the files, which are given relative to it
 * @param directory a new one; it is left with `{file without .ts}.mjs` for each file, and source maps
 */
export async function bundleTests(root: string, files: readonly string[], directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [...files],
    outdir: directory,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // The validator finds its schemas beside itself.
    external: [...external, 'esbuild', '@seriousme/openapi-schema-validator'],
    banner: { js: requireBanner },
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [keepPlaces, leaveLazy],
    logLevel: 'error',
  });
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
}

/** What a source finds beside itself is beside the source, not beside the bundle. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const places = { dirname: dirname(path), url: pathToFileURL(path).href };
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/\bimport\.meta\.(dirname|url)\b/g, (_, name: keyof typeof places) =>
        JSON.stringify(places[name]),
      );
      return { contents, loader: 'ts' };
    });
  },
};
