import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type Binaries, binariesIn, findBinaries } from '../../../src/database/embedded/find-binaries.ts';
import { linkLibraries } from '../../../src/database/embedded/link-libraries.ts';

let root = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'attune-sync-libraries-'));
  await chmod(root, 0o755);
});
after(async () => {
  await chmod(join(root, 'read-only', 'native', 'lib'), 0o755);
  await rm(root, { recursive: true, force: true });
});

/** The package as npm unpacks it when install scripts are not allowed: without links. */
async function unpack(name: string): Promise<Binaries> {
  const from = (await findBinaries()).root;
  const to = join(root, name);
  await mkdir(to);
  await copyFile(join(from, 'package.json'), join(to, 'package.json'));
  await cp(join(from, 'native'), join(to, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink() && !path.endsWith('.a'),
  });
  return binariesIn(to);
}

async function version(binaries: Binaries, env: Readonly<Record<string, string>>): Promise<string> {
  return (await promisify(execFile)(binaries.initdb, ['--version'], { env })).stdout;
}

test('missing links are made in the package', async () => {
  const binaries = await unpack('writable');
  await assert.rejects(version(binaries, {}), /error while loading shared libraries|Library not loaded/);
  const environment = await linkLibraries(binaries, join(root, 'unused'));
  assert.match(await version(binaries, environment), /PostgreSQL\) 17/);
  assert.equal(environment.LD_LIBRARY_PATH, undefined);
  assert.deepEqual(await linkLibraries(binaries, join(root, 'unused')), environment, 'a second time changes nothing');
  await assert.rejects(lstat(join(root, 'unused')), { code: 'ENOENT' });
});

test('in a package that cannot be written the links go beside the data', async () => {
  const binaries = await unpack('read-only');
  const own = join(root, 'own');
  await mkdir(own);
  await chmod(own, 0o777);
  await chmod(binaries.libraries, 0o555);
  // Permissions do not stop root: an ordinary user makes the links.
  const program = `
    import { binariesIn } from '${new URL('../../../src/database/embedded/find-binaries.ts', import.meta.url)}';
    import { linkLibraries } from '${new URL('../../../src/database/embedded/link-libraries.ts', import.meta.url)}';
    import { execFileSync } from 'node:child_process';
    const binaries = await binariesIn('${binaries.root}');
    const env = await linkLibraries(binaries, '${join(own, 'libraries')}');
    process.stdout.write(execFileSync(binaries.initdb, ['--version'], { env }));
  `;
  const as = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...as,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  assert.match(output, /PostgreSQL\) 17/);
  assert.ok((await lstat(join(own, 'libraries', 'libpq.so.5')).catch(() => undefined))?.isSymbolicLink());
});
