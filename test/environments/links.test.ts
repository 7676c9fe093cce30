import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, readlink, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFleet, type Fleet } from '../support/fleet.ts';

const runtime = (directory: string) => `ref: core.shell
name: Shell
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment:
    env_type: directory
    dir_name: ${directory}
    create_command: [sh, -c, 'mkdir "$0"; echo made > "$0/made"', "{env_dir}"]
`;

/** Packs core and pond, whose environment a shell script makes, and a directory for Attune's workers. */
async function createPond(directory = '.env'): Promise<{ fleet: Fleet; store: string; workers: string }> {
  const fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  const workers = join(fleet.directory, 'workers');
  Object.assign(fleet.context.config.environments, { build: 'here', directory: workers });
  await fleet.writePack('core', { 'runtimes/shell.yaml': runtime(directory) });
  await fleet.writePack('pond', {
    'actions/hello.yaml': 'ref: pond.hello\nrunner_type: shell\nentry_point: hello.sh\n',
    'actions/hello.sh': 'echo hello\n',
  });
  return { fleet, store: join(fleet.directory, 'store'), workers };
}

async function apply(fleet: Fleet): Promise<readonly string[]> {
  const { plan, result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  assert.deepEqual((await fleet.plan()).changes, []);
  return plan.changes.map(({ action, ref, reason }) => `${action} ${ref} ${reason.code}`);
}

test('a link that went, or that others replaced, is put back, and what they made is kept', async () => {
  const { fleet, store, workers } = await createPond();
  await using _ = fleet;
  await apply(fleet);
  const link = join(store, 'pond/.env');
  const target = await readlink(link);
  await unlink(link);
  assert.deepEqual(await apply(fleet), ['repair pond environment-changed']);
  assert.equal(await readlink(link), target);
  await unlink(link);
  await mkdir(link);
  await writeFile(join(link, 'mine'), 'mine');
  await apply(fleet);
  assert.equal(await readlink(link), target);
  const aside = readdirSync(join(store, '.versions/pond')).find((name) => name.startsWith('found-.env-')) ?? '';
  assert.equal(readFileSync(join(store, '.versions/pond', aside, 'mine'), 'utf8'), 'mine');
  const version = realpathSync(join(store, 'pond'));
  await rm(version, { recursive: true });
  await apply(fleet);
  assert.equal(await readlink(link), target, 'files that are put back are led to their environment again');
  await rm(`${version}.files`);
  assert.deepEqual((await fleet.plan()).changes, [], 'without a note links are no drift either');
  await rm(join(workers, 'pond/shell'));
  await apply(fleet);
  assert.equal(readFileSync(join(workers, 'pond/shell/made'), 'utf8'), 'made\n');
});

test('what a worker of Attune built is renamed when its name becomes a link, and stays when the pack goes', async () => {
  const { fleet, store, workers } = await createPond();
  await using _ = fleet;
  await mkdir(join(workers, 'pond/shell'), { recursive: true });
  await writeFile(join(workers, 'pond/shell/theirs'), '');
  await symlink('/elsewhere', join(workers, 'pond/other'));
  await apply(fleet);
  const target = readlinkSync(join(workers, 'pond/shell'));
  assert.ok(target.startsWith(join(store, '.environments/')), 'workers have no part in the store: absolute');
  assert.ok(existsSync(join(workers, 'pond/shell/made')));
  const found = readdirSync(join(workers, 'pond')).find((name) => name.startsWith('shell.found-')) ?? '';
  assert.deepEqual(readdirSync(join(workers, 'pond', found)), ['theirs']);
  await fleet.write({ 'desired/pond.yaml': null });
  Object.assign(fleet.context.config.sync, { removalLimit: { count: 5, percent: 100 } });
  await apply(fleet);
  assert.deepEqual(readdirSync(join(workers, 'pond')).sort(), ['other', found]);
});

test('the link to an environment by another name takes the place of the older one', async () => {
  const { fleet, store, workers } = await createPond();
  await using _ = fleet;
  await apply(fleet);
  await fleet.writePack(
    'core',
    { 'runtimes/shell.yaml': runtime('.other').replace('name: Shell', 'name: Other') },
    { version: '1.1.0' },
  );
  await apply(fleet);
  const names = readdirSync(join(store, 'pond')).filter((name) =>
    lstatSync(join(store, 'pond', name)).isSymbolicLink(),
  );
  assert.deepEqual(names, ['.other']);
  assert.deepEqual(readdirSync(join(workers, 'pond')), ['other']);
});

for (const build of ['workers', 'never'] as const) {
  test(`what leads workers to an environment of ours goes once none is built here (${build}), and no links of others`, async () => {
    const { fleet, store, workers } = await createPond();
    await using _ = fleet;
    await apply(fleet);
    await symlink('/elsewhere', join(workers, 'pond/other'));
    await mkdir(join(workers, 'foreign/shell'), { recursive: true });
    Object.assign(fleet.context.config.environments, { build });
    const [change, ...more] = (await fleet.plan()).changes;
    assert.deepEqual(more, []);
    assert.equal(
      change?.reason.sentence,
      "no environment is built here any more, and shell still leads Attune's workers to one",
    );
    assert.ok(existsSync(join(workers, 'pond/shell/made')));
    assert.deepEqual(await apply(fleet), ['repair pond environment-changed']);
    assert.deepEqual(readdirSync(join(workers, 'pond')), ['other']);
    assert.deepEqual(readdirSync(join(workers, 'foreign')), ['shell']);
    Object.assign(fleet.context.config.environments, { build: 'here' });
    await apply(fleet);
    assert.ok(existsSync(join(workers, 'pond/shell/made')));
    Object.assign(fleet.context.config.environments, { build });
    await unlink(join(workers, 'pond/other'));
    await fleet.writePack('pond', { 'actions/hello.sh': 'echo two\n' }, { version: '1.1.0' });
    await apply(fleet);
    assert.equal(existsSync(join(workers, 'pond')), false, 'workers may have to make it as another user');
    assert.deepEqual(readdirSync(join(store, 'pond')).sort(), ['actions', 'pack.yaml']);
  });
}

test('an upgrade carries over what others put there, and no environments', async () => {
  const { fleet, store } = await createPond();
  await using _ = fleet;
  await mkdir(join(store, 'pond/.env'), { recursive: true });
  await writeFile(join(store, 'pond/pack.yaml'), 'ref: pond\n');
  await writeFile(join(store, 'pond/.env/built-by-attune'), '');
  await writeFile(join(store, 'pond/notes'), 'mine');
  await apply(fleet);
  assert.deepEqual(readdirSync(join(store, 'pond/.env')), ['made']);
  assert.equal(readFileSync(join(store, 'pond/notes'), 'utf8'), 'mine');
  await fleet.writePack('pond', { 'actions/hello.sh': 'echo two\n' }, { version: '1.1.0' });
  await apply(fleet);
  assert.deepEqual(readdirSync(join(store, 'pond')).sort(), ['.env', 'actions', 'notes', 'pack.yaml']);
  const set = readdirSync(join(store, '.versions/pond')).filter((name) => name.startsWith('found-'));
  assert.equal(set.length, 1);
  assert.deepEqual(readdirSync(join(store, '.versions/pond', set[0] ?? '', '.env')), ['built-by-attune']);
});

test('links for workers are not switched where the rows cannot be written, and nothing of them is left', async () => {
  const { fleet, store, workers } = await createPond();
  await using _ = fleet;
  await fleet.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$`);
  await fleet.sql(
    `CREATE TRIGGER refuse BEFORE INSERT ON pack FOR EACH ROW WHEN (NEW.ref = 'pond') EXECUTE FUNCTION refuse()`,
  );
  const { result } = await fleet.apply();
  assert.deepEqual(
    result.packs.map(({ ref, outcome }) => [ref, outcome]),
    [
      ['core', 'applied'],
      ['pond', 'failed'],
    ],
  );
  assert.deepEqual(readdirSync(join(workers, 'pond')), []);
  assert.equal(existsSync(join(store, 'pond')), false);
  await fleet.sql('DROP TRIGGER refuse ON pack');
  await apply(fleet);
  assert.ok(existsSync(join(workers, 'pond/shell/made')));
});
