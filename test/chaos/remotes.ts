import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runTestGit, serveHttp } from '../support/git.ts';
import { type PackFiles, packContent } from './pack-content.ts';

export interface ChaosRemote {
  readonly name: string;
  readonly url: string;
  /** The packs in it. */
  readonly refs: readonly string[];
  /** Pushes commits, one after the other; each gives the whole content of some packs anew, by ref. */
  push(commits: readonly Readonly<Record<string, PackFiles>>[]): Promise<void>;
  /** Takes the repository away. @returns what brings it back */
  vanish(): Promise<() => Promise<void>>;
  /** Lets it take connections and say nothing. @returns what ends that; undefined where it is no server */
  readonly hang: (() => () => void) | undefined;
}

export interface Remotes {
  readonly all: readonly ChaosRemote[];
  close(): Promise<void>;
}

/** Packs spread over bare repositories, of which every fourth is reached by HTTP and the others as files. */
export async function createRemotes(directory: string, refs: readonly string[], count: number): Promise<Remotes> {
  await mkdir(directory);
  const hanging = new Set<string>();
  const server = await serveHttp(directory, { isSilent: (path) => hanging.has(path.split('/')[1] ?? '') });
  const all: ChaosRemote[] = [];
  for (let index = 0; index < count; index++) {
    const name = `remote-${String(index).padStart(2, '0')}.git`;
    const path = join(directory, name);
    const isServed = index % 4 === 3;
    await runTestGit(directory, ['init', '-q', '--bare', '--template=', '-b', 'main', path]);
    let isBegun = false;
    const remote: ChaosRemote = {
      name,
      url: isServed ? `${server.url}/${name}` : `file://${path}`,
      refs: refs.filter((_, position) => position % count === index),
      async push(commits) {
        for (const packs of commits) {
          await runTestGit(path, ['fast-import', '--quiet', '--force'], importStream(packs, isBegun));
          isBegun = true;
        }
      },
      async vanish() {
        await rename(path, `${path}.away`);
        return () => rename(`${path}.away`, path);
      },
      hang: isServed
        ? () => {
            hanging.add(name);
            return () => void hanging.delete(name);
          }
        : undefined,
    };
    await remote.push([Object.fromEntries(remote.refs.map((ref) => [ref, packContent(ref, 0)]))]);
    all.push(remote);
  }
  return { all, close: server.close };
}

function importStream(packs: Readonly<Record<string, PackFiles>>, isBegun: boolean): string {
  const files = Object.entries(packs).flatMap(([ref, content]) => [
    `D packs/${ref}\n`,
    ...Object.entries(content).map(
      ([path, text]) => `M ${path.endsWith('.sh') ? '100755' : '100644'} inline packs/${ref}/${path}\n${data(text)}`,
    ),
  ]);
  const from = isBegun ? 'from refs/heads/main^0\n' : '';
  return `commit refs/heads/main\ncommitter Ada Author <ada@example.com> 1767225600 +0000\n${data('Change\n')}${from}${files.join('')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
