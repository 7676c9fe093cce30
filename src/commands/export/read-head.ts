import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const commitText = /^[0-9a-f]{40}$/;
const refText = /^ref: (refs\/[\w./-]+)$/;

/**
 * The commit that is checked out in a directory that Attune's installer cloned, or null. Read as files: git itself would
 * run what a repository of others says.
 */
export async function readHead(directory: string): Promise<string | null> {
  const git = join(directory, '.git');
  const head = await readText(join(git, 'HEAD'));
  if (head === null || commitText.test(head)) return head;
  const name = refText.exec(head)?.[1];
  if (name === undefined || name.split('/').includes('..')) return null;
  const loose = await readText(join(git, name));
  if (loose !== null && commitText.test(loose)) return loose;
  const packed = (await readText(join(git, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${name}`));
  const commit = line?.slice(0, 40) ?? '';
  return commitText.test(commit) ? commit : null;
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}
