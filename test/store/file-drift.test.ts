import assert from 'node:assert/strict';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLocalDocuments } from '../../src/commands/read-local-documents.ts';
import { status } from '../../src/commands/status.ts';
import { look } from '../../src/look.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderPlanText } from '../../src/plan/render/render-plan-text.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

const files: Record<string, string> = { 'lib/a.txt': 'aaaa', 'lib/b.txt': 'bbbb', 'bin/run.sh': 'true\n' };

async function installed(options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('one', files);
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  return fleet;
}

const inStore = (fleet: Fleet, path: string) => join(fleet.directory, 'store', path);
const text = (fleet: Fleet, path: string) => readFile(inStore(fleet, path), 'utf8');

function drifted(plan: Plan): unknown[] {
  return plan.changes.flatMap(({ action, reason, drifted: notes = [] }) => [
    [action, reason.code],
    ...notes.map(({ code, rows }) => [code, ...rows]),
  ]);
}

/** Repairs, and proves that then nothing is left to do and everything published is there. */
async function assertRepaired(fleet: Fleet): Promise<void> {
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  for (const [path, content] of Object.entries(files)) assert.equal(await text(fleet, `one/${path}`), content, path);
  const { changes } = await fleet.plan();
  assert.deepEqual(changes, []);
}

async function setAside(fleet: Fleet): Promise<string> {
  const versions = await readdir(inStore(fleet, '.versions/one'));
  return `.versions/one/${versions.find((name) => name.endsWith('.changed'))}`;
}

describe('a published file that', () => {
  it('somebody edited is named by the next plan, put back, and the edit is kept beside the version', async () => {
    await using fleet = await installed();
    await writeFile(inStore(fleet, 'one/lib/a.txt'), 'AAAA');
    const plan = await fleet.plan();
    assert.deepEqual(drifted(plan), [
      ['repair', 'files-drifted'],
      ['file-changed', 'file one/lib/a.txt'],
    ]);
    assert.match(
      renderPlanText(plan, { color: false, width: 200 }),
      /drifted {4}file one\/lib\/a\.txt: changed by others; put back as published, theirs is kept beside the version/,
    );
    await assertRepaired(fleet);
    assert.equal(await text(fleet, `${await setAside(fleet)}/lib/a.txt`), 'AAAA');
  });

  it('was edited without changing its size or time is noticed all the same', async () => {
    await using fleet = await installed();
    const path = inStore(fleet, 'one/lib/a.txt');
    const { atime, mtime } = await stat(path);
    await writeFile(path, 'AAAA');
    await utimes(path, atime, mtime);
    assert.deepEqual(drifted(await fleet.plan()).slice(1), [['file-changed', 'file one/lib/a.txt']]);
    await assertRepaired(fleet);
  });

  it('is gone, or a whole directory of them, is put back', async () => {
    await using fleet = await installed();
    await rm(inStore(fleet, 'one/lib'), { recursive: true });
    assert.deepEqual(drifted(await fleet.plan()).slice(1), [
      ['file-missing', 'file one/lib/a.txt', 'file one/lib/b.txt'],
    ]);
    await assertRepaired(fleet);
  });

  it('became a link or a directory is put back, and what stood there is kept and never followed', async () => {
    await using fleet = await installed();
    await writeFile(join(fleet.directory, 'elsewhere'), 'aaaa');
    await unlink(inStore(fleet, 'one/lib/a.txt'));
    await symlink(join(fleet.directory, 'elsewhere'), inStore(fleet, 'one/lib/a.txt'));
    await unlink(inStore(fleet, 'one/lib/b.txt'));
    await mkdir(inStore(fleet, 'one/lib/b.txt'));
    await writeFile(inStore(fleet, 'one/lib/b.txt/mine'), 'mine');
    assert.deepEqual(drifted(await fleet.plan()).slice(1), [
      ['file-replaced', 'file one/lib/a.txt', 'file one/lib/b.txt'],
    ]);
    await assertRepaired(fleet);
    assert.ok((await lstat(inStore(fleet, 'one/lib/a.txt'))).isFile());
    assert.equal(await text(fleet, `${await setAside(fleet)}/lib/b.txt/mine`), 'mine');
  });

  it('stands behind a link in place of its directory is put back, and the link kept', async () => {
    await using fleet = await installed();
    await cp(inStore(fleet, 'one/lib'), join(fleet.directory, 'lib'), { recursive: true });
    await rm(inStore(fleet, 'one/lib'), { recursive: true });
    await symlink(join(fleet.directory, 'lib'), inStore(fleet, 'one/lib'));
    await assertRepaired(fleet);
    assert.ok((await lstat(inStore(fleet, 'one/lib'))).isDirectory());
    assert.equal(await readFile(join(fleet.directory, 'lib/a.txt'), 'utf8'), 'aaaa');
  });

  it('workers cannot read any more, or everybody may write, gets its mode back', async () => {
    await using fleet = await installed();
    await chmod(inStore(fleet, 'one/lib/a.txt'), 0o600);
    await chmod(inStore(fleet, 'one/lib/b.txt'), 0o666);
    await chmod(inStore(fleet, 'one/lib'), 0o700);
    assert.deepEqual(drifted(await fleet.plan()).slice(1), [
      ['file-mode', 'file one/lib/', 'file one/lib/a.txt', 'file one/lib/b.txt'],
    ]);
    await assertRepaired(fleet);
    assert.equal((await stat(inStore(fleet, 'one/lib'))).mode & 0o777, 0o755);
    assert.equal((await stat(inStore(fleet, 'one/lib/b.txt'))).mode & 0o777, 0o644);
  });

  it('drifted is only reported where the configuration says so', async () => {
    await using fleet = await installed({ sync: { drift: 'report' } });
    await writeFile(inStore(fleet, 'one/lib/a.txt'), 'AAAA');
    const { plan, result } = await fleet.apply();
    assert.deepEqual([plan.changes, result.outcome], [[], 'unchanged']);
    assert.deepEqual(plan.notes, [
      {
        code: 'drifted',
        sentence: 'one was changed by others and is not repaired (drift: report)',
        rows: ['file one/lib/a.txt'],
      },
    ]);
    assert.equal(await text(fleet, 'one/lib/a.txt'), 'AAAA');
  });
});

describe('what is no drift', () => {
  it('is a store that was copied: it is read once, and noted anew by the next run that writes', async () => {
    await using fleet = await installed();
    const store = inStore(fleet, '');
    await cp(store, `${store}2`, { recursive: true, verbatimSymlinks: true });
    await rm(store, { recursive: true });
    await rename(`${store}2`, store);
    assert.deepEqual((await fleet.plan()).changes, []);
    await fleet.writePack('two');
    await fleet.apply();
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('is a file that was only touched', async () => {
    await using fleet = await installed();
    await utimes(inStore(fleet, 'one/lib/a.txt'), 1, 1);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('are files that others added: they are listed, and stay through a repair', async () => {
    await using fleet = await installed();
    await writeFile(inStore(fleet, 'one/lib/mine'), 'mine');
    await mkdir(inStore(fleet, 'one/lib/__pycache__'));
    await writeFile(inStore(fleet, 'one/lib/__pycache__/a.pyc'), 'made anew');
    const before = await fleet.plan();
    assert.deepEqual(
      [before.changes, before.notes.map(({ code, rows }) => [code, ...rows])],
      [[], [['foreign-file', 'file one/lib/mine']]],
    );
    await writeFile(inStore(fleet, 'one/lib/a.txt'), 'AAAA');
    const plan = await fleet.plan();
    assert.deepEqual(
      plan.changes.flatMap(({ keeps }) => keeps.map(({ code, rows }) => [code, ...rows])),
      [['foreign-file', 'file one/lib/mine']],
    );
    await assertRepaired(fleet);
    assert.equal(await text(fleet, 'one/lib/mine'), 'mine');
  });

  it('is a version that was published before its files were noted', async () => {
    await using fleet = await installed();
    const versions = inStore(fleet, '.versions/one');
    for (const name of await readdir(versions)) if (name.endsWith('.files')) await unlink(join(versions, name));
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});

describe('a version without its note', () => {
  it('that changed is put back as a whole, and what was changed is kept', async () => {
    await using fleet = await installed();
    const versions = inStore(fleet, '.versions/one');
    for (const name of await readdir(versions)) if (name.endsWith('.files')) await unlink(join(versions, name));
    await writeFile(inStore(fleet, 'one/lib/a.txt'), 'AAAA');
    assert.deepEqual(drifted(await fleet.plan())[0], ['repair', 'files-drifted']);
    await assertRepaired(fleet);
    assert.equal(await text(fleet, `${await setAside(fleet)}/lib/a.txt`), 'AAAA');
  });
});

it('a changed file of an older version stays in its directory, and the plan says so', async () => {
  await using fleet = await installed();
  await writeFile(inStore(fleet, 'one/lib/a.txt'), 'AAAA');
  await fleet.writePack('one', { 'lib/a.txt': 'new' }, { version: '2.0.0' });
  const { plan } = await fleet.apply();
  assert.deepEqual(
    plan.changes.flatMap(({ keeps }) => keeps.map(({ code, rows }) => [code, ...rows])),
    [['edited-file', 'file one/lib/a.txt']],
  );
  const old = (await readdir(inStore(fleet, '.versions/one'))).find((name) => /^1\.0\.0-[0-9a-f]{12}$/.test(name));
  assert.equal(await text(fleet, `.versions/one/${old}/lib/a.txt`), 'AAAA');
});

it('that a copy of the pack store, or another name of it, takes the packs from it is said in plan and status', async () => {
  await using fleet = await installed();
  const store = join(fleet.directory, 'store');
  await cp(store, join(fleet.directory, 'copy'), { recursive: true, verbatimSymlinks: true });
  await symlink('store', join(fleet.directory, 'alias'));
  const from = (name: string) => {
    const packStore = { ...fleet.context.config.packStore, directory: join(fleet.directory, name) };
    return { ...fleet.context, config: { ...fleet.context.config, packStore } };
  };
  const told = async (name: string) => {
    const context = from(name);
    const { plan } = await look(context);
    const { problems } = await status(context, await readLocalDocuments(context));
    assert.deepEqual(problems, plan.problems);
    return problems.map(({ severity, code, message }) => `${severity} ${code} ${message.split('; ').at(-1)}`);
  };
  assert.deepEqual(await told('store'), []);
  assert.deepEqual(await told('copy'), [
    `warning store-copied ${store} is a copy of it, or the one it was copied from.`,
  ]);
  assert.deepEqual(await told('alias'), [`warning store-copied ${store} is the same directory by another name.`]);
  await reconcile(from('copy'), { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  assert.deepEqual(await told('copy'), []);
  assert.equal((await told('store')).length, 1);
  await rename(store, join(fleet.directory, 'moved'));
  assert.deepEqual(
    (await look(from('moved'))).plan.problems.map(({ code }) => code),
    ['store-copied'],
  );
  await rm(join(fleet.directory, 'copy'), { recursive: true });
  assert.deepEqual((await look(from('moved'))).plan.problems, []);
});
