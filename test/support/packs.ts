import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of a pack by path relative to it; null leaves a file out that another set of files has. */
export type PackFiles = Readonly<Record<string, string | Uint8Array | null>>;

const written: string[] = [];
process.on('exit', () => {
  for (const directory of written) rmSync(directory, { recursive: true, force: true });
});

/** Writes files into a new temporary directory, which goes when the process ends; scripts are executable. */
export async function writePack(files: PackFiles): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pack-'));
  written.push(directory);
  await addFiles(directory, files);
  return directory;
}

/** Writes more files into a directory, over those that are there. */
export async function addFiles(directory: string, files: PackFiles): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) continue;
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

/** The smallest pack that does something: one shell action, `<ref>.hello`. */
export function minimalPack(ref = 'demo', more: PackFiles = {}): PackFiles {
  return {
    'pack.yaml': `ref: ${ref}\nlabel: A pack\nversion: 1.0.0\n`,
    'actions/hello.yaml': `ref: ${ref}.hello\nrunner_type: shell\nentry_point: hello.sh\n`,
    'actions/hello.sh': '#!/bin/sh\necho hello\n',
    ...more,
  };
}
