import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { fileVersions, installByAttune, nameInDocument, rowVersions } from '../support/attune-install.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack } from '../support/packs.ts';

const native = {
  'triggers/heard.yaml': 'ref: ear.heard\nlabel: Heard\n',
  'sensors/listen.yaml':
    'ref: ear.listen\nlabel: Listen\nrunner_type: native\nentry_point: listen\ntrigger_types: [ear.heard]\n',
  'runtimes/native.yaml': 'ref: core.native\nname: Native\ndistributions: {}\nexecution_config: {}\n',
};
const core = { ref: 'core', files: { ...coreFiles, 'runtimes/native.yaml': native['runtimes/native.yaml'] } };
const ear = {
  ref: 'ear',
  files: { 'triggers/heard.yaml': native['triggers/heard.yaml'], 'sensors/listen.yaml': native['sensors/listen.yaml'] },
};
const one = { ref: 'one', files: minimalPack('one') as Record<string, string> };

function inStore(fleet: Fleet, path: string): string {
  return join(fleet.context.config.packStore.directory, path);
}

async function put(fleet: Fleet, path: string, content: string, mode = 0o644): Promise<void> {
  const file = inStore(fleet, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
}

function text(fleet: Fleet, path: string): Promise<string> {
  return readFile(inStore(fleet, path), 'utf8');
}

async function adopt(fleet: Fleet, ...refs: readonly string[]): Promise<Plan> {
  for (const ref of refs) await nameInDocument(fleet, ref);
  const { plan, result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  assert.deepEqual((await fleet.plan()).changes, []);
  return plan;
}

function warnings(plan: Plan, ref: string): readonly string[] {
  return (plan.changes.find((change) => change.ref === ref)?.warnings ?? []).map(({ code }) => code);
}

function degraded({ notes }: Plan): readonly string[] {
  return notes.filter(({ code }) => code === 'degraded').flatMap(({ rows }) => rows);
}

/** What was kept of `{ref}` when its link took its place. */
async function found(fleet: Fleet, ref: string, name = ref): Promise<string> {
  const names = await readdir(inStore(fleet, `.versions/${ref}`));
  const kept = names.filter((one) => one.startsWith(`found-${name}-2`));
  assert.equal(kept.length, 1, names.join());
  return `.versions/${ref}/${kept[0]}`;
}

describe('the pack store that Attune’s own installer filled', () => {
  it('keeps packs that no document names as they are: bytes, times and rows', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one, { ref: 'loose', files: minimalPack('loose') as Record<string, string> }]);
    await put(fleet, 'no-pack/notes', 'of somebody');
    const paths = ['loose', 'no-pack'].map((name) => inStore(fleet, name));
    const before = [await Promise.all(paths.map(fileVersions)), await rowVersions(fleet, 'loose')];
    const plan = await adopt(fleet, 'core', 'one');
    assert.deepEqual(plan.unmanaged, ['loose']);
    assert.deepEqual([await Promise.all(paths.map(fileVersions)), await rowVersions(fleet, 'loose')], before);
  });

  it('has native programs that were put there by hand: they run on, and nothing is called missing', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, ear]);
    await put(fleet, 'ear/sensors/listen', 'machine code', 0o755);
    const plan = await adopt(fleet, 'core', 'ear');
    const change = plan.changes.find(({ ref }) => ref === 'ear');
    assert.deepEqual([change?.degraded, warnings(plan, 'ear')], [[], []]);
    assert.equal(await text(fleet, 'ear/sensors/listen'), 'machine code');
    assert.equal((await stat(inStore(fleet, 'ear/sensors/listen'))).mode & 0o777, 0o755);
    assert.deepEqual(degraded(await fleet.plan()), []);
    await fleet.writePack('ear', { 'lib/new': 'new' }, { version: '2.0.0' });
    const next = await fleet.apply();
    assert.deepEqual([next.plan.changes.map(({ degraded }) => degraded), warnings(next.plan, 'ear')], [[[]], []]);
    assert.equal(await text(fleet, 'ear/sensors/listen'), 'machine code');
  });

  it('may lack a native program: the component is named as one that cannot run, until somebody brings it', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, ear]);
    const plan = await adopt(fleet, 'core', 'ear');
    assert.deepEqual(plan.changes.find(({ ref }) => ref === 'ear')?.degraded, ['ear.listen']);
    assert.deepEqual(warnings(plan, 'ear'), ['native-entry-missing']);
    assert.deepEqual(degraded(await fleet.plan()), ['sensor ear.listen']);
    await put(fleet, 'ear/sensors/listen', 'machine code', 0o755);
    assert.deepEqual(degraded(await fleet.plan()), []);
  });

  it('has workflows of the web builder: their files and rows stay, linked, through adoption and reinstall', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one]);
    const file = 'one/actions/workflows/mine.workflow.yaml';
    await put(fleet, file, 'ref: one.mine\nlabel: Mine\nversion: 1.0.0\ntasks: [{ name: a, action: one.hello }]\n');
    await put(fleet, 'one/actions/workflows/nobody.workflow.yaml', 'no row names it');
    await fleet.sql(
      `INSERT INTO workflow_definition (ref, pack, pack_ref, label, version, definition)
       SELECT 'one.mine', id, ref, 'Mine', '1.0.0', '{"tasks": []}' FROM pack WHERE ref = 'one'`,
    );
    await fleet.sql(
      `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_workflow, workflow_def)
       SELECT w.ref, w.pack, w.pack_ref, 'Mine', '', 'workflows/mine.workflow.yaml', TRUE, w.id FROM workflow_definition w`,
    );
    const query = `SELECT w.xmin::text AS w, a.xmin::text AS a, w.id, a.workflow_def FROM workflow_definition w
                     JOIN action a ON a.ref = w.ref WHERE w.ref = 'one.mine'`;
    const before = await fleet.sql(query);
    assert.equal(before.length, 1);
    const plan = await adopt(fleet, 'core', 'one');
    const keeps = plan.changes.find(({ ref }) => ref === 'one')?.keeps.flatMap(({ rows }) => rows);
    assert.deepEqual(
      ['action one.mine', 'workflow one.mine'].map((row) => keeps?.includes(row)),
      [true, true],
    );
    await fleet.writePack('one', { 'lib/new': 'new' }, { version: '2.0.0' });
    await fleet.apply();
    assert.deepEqual(await fleet.sql(query), before);
    assert.match(await text(fleet, file), /^ref: one\.mine$/m);
    assert.equal(await text(fleet, 'one/actions/workflows/nobody.workflow.yaml'), 'no row names it');
  });

  it('of an older Attune has directories with the version in their name: what was put there stays in use', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one]);
    await rename(inStore(fleet, 'one'), inStore(fleet, 'one-1.0.0'));
    await fleet.sql(`UPDATE pack SET storage_path = storage_path || '-1.0.0' WHERE ref = 'one'`);
    await put(fleet, 'one-1.0.0/bin/tool', 'by hand', 0o755);
    await fleet.writePack('one', {}, { version: '2.0.0' });
    const plan = await adopt(fleet, 'core', 'one');
    assert.match(JSON.stringify(plan.changes), /the directory one-1\.0\.0 of another installer/);
    assert.equal(await text(fleet, 'one/bin/tool'), 'by hand');
    assert.equal((await lstat(inStore(fleet, 'one-1.0.0'))).isDirectory(), true, 'no link belongs there');
  });

  it('has a directory where the link with the version belongs too: it is kept as well', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one]);
    await put(fleet, 'one-1.0.0/old', 'older still');
    await adopt(fleet, 'core', 'one');
    assert.equal((await lstat(inStore(fleet, 'one-1.0.0'))).isSymbolicLink(), true);
    assert.equal(await text(fleet, `${await found(fleet, 'one', 'one-1.0.0')}/old`), 'older still');
    assert.match(await text(fleet, `${await found(fleet, 'one')}/pack.yaml`), /^ref: one$/m);
  });
});

describe('a pack whose files are elsewhere', () => {
  it('because an admin made a link to a shared checkout: the checkout stays as it is, and the plan says what happens', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, ear]);
    const checkout = join(fleet.directory, 'checkout');
    await rename(inStore(fleet, 'ear'), checkout);
    await fleet.write({ 'checkout/sensors/listen': 'machine code' });
    await symlink(checkout, inStore(fleet, 'ear'));
    const before = await fileVersions(checkout);
    const plan = await adopt(fleet, 'core', 'ear');
    assert.deepEqual(warnings(plan, 'ear'), ['native-entry-missing', 'link-replaced']);
    assert.match(JSON.stringify(plan.changes), /ear is a link that somebody made to .*checkout/);
    assert.deepEqual(await fileVersions(checkout), before);
    assert.equal(await readlink(inStore(fleet, await found(fleet, 'ear'))), checkout);
    assert.match(await readlink(inStore(fleet, 'ear')), /^\.versions\/ear\//);
  });

  it('because Attune was told another place: they stay there, and the plan asks whether the store is the right one', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one]);
    const place = join(fleet.directory, 'opt', 'one');
    await mkdir(dirname(place));
    await rename(inStore(fleet, 'one'), place);
    await fleet.sql(`UPDATE pack SET storage_path = ? WHERE ref = 'one'`, [place]);
    const before = await fileVersions(place);
    const plan = await adopt(fleet, 'core', 'one');
    assert.deepEqual(warnings(plan, 'one'), ['files-elsewhere']);
    assert.deepEqual(await fileVersions(place), before);
    assert.deepEqual(await fleet.sql(`SELECT storage_path FROM pack WHERE ref = 'one'`), [
      { storage_path: inStore(fleet, 'one') },
    ]);
  });

  it('because it was only registered, with no place at all: they are published', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, one]);
    await rename(inStore(fleet, 'one'), join(fleet.directory, 'registered'));
    await fleet.sql(
      `UPDATE pack SET storage_path = NULL, source_type = NULL, source_url = NULL, installed_at = NULL WHERE ref = 'one'`,
    );
    const plan = await adopt(fleet, 'core', 'one');
    assert.deepEqual(warnings(plan, 'one'), []);
    assert.match(await text(fleet, 'one/pack.yaml'), /^ref: one$/m);
  });
});
