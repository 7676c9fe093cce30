import { randomUUID } from 'node:crypto';
import { chmod, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from './environment.ts';
import { completeName, installedName } from './paths.ts';
import type { Mark } from './read-mark.ts';

interface Built {
  readonly started: Date;
  readonly now: Date;
  readonly bytes: number;
}

/** Marks an environment as whole: from here on nobody builds it. @param place the directory of its key */
export async function writeMark(place: string, recipe: Recipe, built: Built): Promise<void> {
  const found = await realpath(place);
  // An environment beside it can have any name that is known before.
  const draft = join(place, `${completeName}-${randomUUID()}`);
  await writeOver(draft, `${JSON.stringify(markOf(recipe, found, built), null, 2)}\n`);
  const mark = join(place, completeName);
  // What a build put there is no mark, and can be a directory.
  await rm(mark, { recursive: true, force: true });
  await rename(draft, mark);
}

/** Tells Attune's workers that the packages of a manifest are installed. @param directory the environment itself */
export async function writeInstalled(directory: string, manifestDigest: string): Promise<void> {
  await writeOver(join(directory, installedName), manifestDigest);
}

function markOf(
  { key, runtime, version, interpreter, manifest }: Recipe,
  place: string,
  { started, now, bytes }: Built,
): Mark {
  return {
    formatVersion: 1,
    key,
    runtime,
    version,
    interpreter,
    manifest: manifest === null ? null : { path: manifest.path, digest: manifest.digest, files: manifest.files },
    place,
    builtAt: now.toISOString(),
    durationMs: now.getTime() - started.getTime(),
    bytes,
  };
}

/** A build can have put a link there, to have something else written to. Everybody may read it, whatever the umask is. */
async function writeOver(file: string, text: string): Promise<void> {
  await rm(file, { recursive: true, force: true });
  await writeFile(file, text, { mode: 0o644, flag: 'wx' });
  await chmod(file, 0o644);
}
