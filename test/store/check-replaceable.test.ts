import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childArguments } from '../support/child-arguments.ts';

const root = 0;
const nobody = 65_534;
const isRoot = process.getuid?.() === root;

interface Place {
  readonly store: { readonly owner: number; readonly mode: number };
  readonly directory: { readonly owner: number; readonly mode: number };
}

/** A store with a real directory `one`, and a program of `nobody` that puts the links in its place. */
async function replace({
  store,
  directory,
}: Place): Promise<{ said: string; kept: string | null; mode: number | null }> {
  const place = await mkdtemp(join(tmpdir(), 'attune-replace-'));
  try {
    await mkdir(join(place, 'one'));
    await writeFile(join(place, 'one/file'), 'found');
    await mkdir(join(place, '.staging'), { mode: 0o777 });
    await mkdir(join(place, '.versions'));
    for (const name of ['.staging', '.versions']) await chown(join(place, name), nobody, nobody);
    await chown(join(place, 'one'), directory.owner, directory.owner);
    await chmod(join(place, 'one'), directory.mode);
    await chown(place, store.owner, store.owner);
    await chmod(place, store.mode);
    const program = fileURLToPath(new URL('replace-as-user.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [...childArguments(program), place], {
      uid: nobody,
      gid: nobody,
      env: { PATH: process.env.PATH ?? '', TMPDIR: join(place, '.staging') },
    });
    const kept = join(place, '.versions/one/found-one-1970-01-01T000000000Z');
    return {
      said: stdout,
      kept: await readFile(join(kept, 'file'), 'utf8').catch(() => null),
      mode: await stat(kept).then(
        (found) => found.mode & 0o777,
        () => null,
      ),
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

const movable = { said: 'replaced', kept: 'found' };
const refused = { said: 'directory-not-movable', kept: null, mode: null };

describe('a directory that another installer made, in the eyes of a user without privileges', () => {
  for (const [name, place, expected] of [
    [
      'its own is moved',
      { store: { owner: nobody, mode: 0o755 }, directory: { owner: nobody, mode: 0o755 } },
      { ...movable, mode: 0o755 },
    ],
    [
      'its own, read-only, is moved and stays read-only',
      { store: { owner: nobody, mode: 0o755 }, directory: { owner: nobody, mode: 0o555 } },
      { ...movable, mode: 0o555 },
    ],
    [
      'another’s that everybody may write is moved',
      { store: { owner: nobody, mode: 0o755 }, directory: { owner: root, mode: 0o777 } },
      { ...movable, mode: 0o777 },
    ],
    [
      'another’s is refused before anything is moved',
      { store: { owner: nobody, mode: 0o755 }, directory: { owner: root, mode: 0o755 } },
      refused,
    ],
    [
      'another’s in a store where only owners may move what is theirs is refused',
      { store: { owner: root, mode: 0o1777 }, directory: { owner: root, mode: 0o777 } },
      refused,
    ],
    [
      'its own in a store that it may not write is refused',
      { store: { owner: root, mode: 0o755 }, directory: { owner: nobody, mode: 0o755 } },
      refused,
    ],
  ] as const) {
    it(name, { skip: isRoot ? false : 'only root can be two users' }, async () => {
      assert.deepEqual(await replace(place), expected);
    });
  }

  it('to root all are its own', { skip: isRoot ? false : 'this user is not root' }, async () => {
    const { checkReplaceable } = await import('../../src/store/check-replaceable.ts');
    const place = await mkdtemp(join(tmpdir(), 'attune-replace-'));
    await mkdir(join(place, 'one'), { mode: 0o500 });
    await checkReplaceable(place, { ref: 'one', version: '1.0.0' });
    await rm(place, { recursive: true });
    await assert.rejects(readlink(join(place, 'one')));
  });
});
