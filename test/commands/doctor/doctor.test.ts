import assert from 'node:assert/strict';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkLocks } from '../../../src/commands/doctor/checks/check-locks.ts';
import type { Finding } from '../../../src/commands/doctor/finding.ts';
import { connect, disconnect } from '../../../src/database/connect.ts';
import { lockClass, locks } from '../../../src/database/locks.ts';
import { writeConfig } from '../../support/cli-child.ts';
import { runInside } from '../../support/cli-inside.ts';
import { createReader } from '../../support/create-reader.ts';
import { coreFiles, shopFiles } from '../../support/example-packs.ts';
import { createFleet, type Fleet } from '../../support/fleet.ts';
import { createRemote } from '../../support/git.ts';
import { makePeoplesThings } from '../../support/peoples-things.ts';

interface Report {
  readonly checks: readonly { readonly name: string; readonly level: string; readonly findings: readonly Finding[] }[];
}

const nowhere = 'postgres://ann:canary-4711@127.0.0.1:1/none';

async function ask(fleet: Fleet, options: Parameters<typeof runInside>[2] = {}) {
  const { code, out, err } = await runInside(fleet, ['doctor', '--output', 'json'], options);
  assert.equal(err, '');
  const { checks } = JSON.parse(out) as Report;
  const find = (name: string) => {
    const check = checks.find((one) => one.name === name);
    assert.ok(check, `there is a check ${name}`);
    return check;
  };
  return { code, out, find, levels: Object.fromEntries(checks.map(({ name, level }) => [name, level])) };
}

/** Runs what a hint says to run, as who may. The password of the role is its name, which is not shown. */
async function follow(fleet: Fleet, role: string, { findings }: Report['checks'][number]): Promise<void> {
  for (const { hint = '' } of findings)
    for (const line of hint.split('\n')) if (line.endsWith(';')) await fleet.sql(line.replaceAll('(secret)', role));
}

describe('doctor', () => {
  let fleet: Fleet;
  before(async () => {
    fleet = await createFleet();
    await fleet.writePack('core', {
      'runtimes/sh.yaml':
        'ref: core.sh\nname: Shell\ndistributions: { verification: { commands: [{ binary: sh, args: [-c, "echo sh 1"], pattern: "sh 1" }] } }\nexecution_config: { interpreter: { binary: sh } }\n',
      'actions/go.yaml': 'ref: core.go\nrunner_type: core.sh\nentry_point: go.sh\n',
      'actions/go.sh': 'exit 0\n',
    });
    await fleet.apply();
    await writeConfig(fleet);
  });
  after(() => fleet[Symbol.asyncDispose]());

  it('finds nothing wrong where nothing is, and makes no file', async () => {
    const before = await readdir(fleet.directory, { recursive: true });
    const { code, levels, find } = await ask(fleet);
    assert.deepEqual(levels, {
      system: 'ok',
      configuration: 'ok',
      documents: 'ok',
      database: 'ok',
      grants: 'ok',
      schema: 'ok',
      clock: 'ok',
      locks: 'ok',
      daemon: 'ok',
      outbox: 'skipped',
      git: 'ok',
      logins: 'skipped',
      remotes: 'skipped',
      store: 'ok',
      disk: 'ok',
      runtimes: 'ok',
      tools: 'skipped',
    });
    assert.equal(code, 0);
    assert.match(find('runtimes').findings[0]?.message ?? '', /1 of 1 runtime/);
    assert.match(find('outbox').findings[0]?.message ?? '', /: Attune's services are not told/);
    assert.match(find('database').findings[0]?.message ?? '', /PostgreSQL \d+.* answers in [\d.]+ ms/);
    assert.deepEqual(await readdir(fleet.directory, { recursive: true }), before);
  });

  it('finds all that is wrong at once, whatever each check meets', async () => {
    await using own = await createFleet();
    const side = await createRemote(own.directory, { 'pack.yaml': 'ref: side\n' }, 'side');
    await side.git(['symbolic-ref', 'HEAD', 'refs/heads/nobody-pushed-it']);
    await own.write({
      'desired/broken.yaml': 'kind: Pack\nref: broken\n',
      'desired/side.yaml': `kind: Pack\nref: side\nsource: { git: { url: "${side.url}", branch: main } }\n`,
      'desired/gone.yaml': `kind: Pack\nref: gone\nsource: { git: { url: "file://${own.directory}/gone.git" } }\n`,
      key: 'not one\n',
      'store/.staging/.keep': '',
    });
    await chmod(join(own.directory, 'key'), 0o644);
    const hosts = `{ git.example.com: { key: ${own.directory}/key, knownHosts: ${own.directory}/nowhere } }`;
    await writeConfig(own, `git: { transports: [file], hosts: ${hosts} }\n`);
    const { code, find, out } = await ask(own, { url: nowhere });
    const codes = (name: string) => find(name).findings.map((one) => one.code ?? one.level);
    assert.equal(code, 1);
    assert.deepEqual(codes('documents'), ['ok', 'missing-key']);
    assert.deepEqual(codes('database'), ['database-unreachable']);
    assert.deepEqual(codes('logins'), ['key-open', 'file-unreadable']);
    assert.deepEqual(codes('remotes'), ['ok', 'git-not-found']);
    assert.match(find('remotes').findings[0]?.message ?? '', /^1 of 2 remotes answers, /);
    for (const name of ['grants', 'schema', 'clock', 'locks', 'daemon', 'outbox', 'runtimes', 'tools'])
      assert.deepEqual(codes(name), ['skipped'], name);
    assert.equal(find('git').level, 'ok');
    assert.doesNotMatch(out, /canary/);
    for (const { level, hint, message } of ['documents', 'database', 'logins', 'remotes'].flatMap(
      (name) => find(name).findings,
    ))
      if (level === 'error') assert.ok(hint, `there is a remedy for: ${message}`);
  });

  it('says what it can where the configuration is broken', async () => {
    await using own = await createFleet();
    await own.write({
      'attune.config.yaml': `name: test\ndesiredState: [{ name: desired, directory: desired }]\ndatabase: { url: "\${UNSET}" }\nstateDir: state\npackStore: store\n`,
    });
    const unset = await ask(own);
    assert.equal(unset.code, 1);
    assert.equal(unset.find('configuration').findings[0]?.code, 'unset-variable');
    assert.match(unset.find('database').findings[0]?.message ?? '', /names a variable that is not set/);
    assert.deepEqual([unset.levels.documents, unset.levels.disk, unset.levels.git], ['ok', 'ok', 'ok']);

    await own.write({ 'attune.config.yaml': 'name: [' });
    const torn = await ask(own);
    assert.equal(torn.code, 1);
    assert.deepEqual([torn.levels.configuration, torn.levels.git, torn.levels.store], ['error', 'ok', 'skipped']);

    await own.write({ 'attune.config.yaml': null });
    const none = await ask(own);
    assert.equal(none.find('configuration').findings[0]?.code, 'config-not-found');
  });

  it('names a store of another database, who holds the writer lock, and who leaves a transaction open', async () => {
    await using own = await createFleet();
    await own.writePack('core', coreFiles);
    await own.apply();
    await writeConfig(own);
    await own.write({ 'store/.store.json': '{"id":"another"}' });
    const { connection } = own.context.database;
    const holder = await connect(connection, 'attune', 'attune-sync writer ann@far');
    try {
      await holder.query(`SELECT pg_advisory_lock(${lockClass}, ${locks.writer})`);
      const { find } = await ask(own);
      assert.equal(find('store').level, 'error');
      assert.ok(
        find('store').findings.some(({ code, hint = '' }) => code === 'store-mismatch' && /store claim/.test(hint)),
      );
      assert.match(find('locks').findings[0]?.message ?? '', /held by ann@far/);
      await holder.query('BEGIN');
      await holder.query(`UPDATE pack SET label = 'x' WHERE ref = 'core'`);
      // What it would say after the minute that it waits before it says so.
      const late = { ...own.context, now: () => new Date(Date.now() + 20 * 60_000) };
      const locked = await checkLocks(late, { idleSeconds: 0 });
      assert.deepEqual(
        locked.map(({ code }) => code),
        ['writer-stuck', 'transaction-idle'],
      );
      assert.match(locked[1]?.message ?? '', /locks attune\.pack/);
      assert.match(locked[1]?.hint ?? '', /pg_terminate_backend\(\d+\)/);
    } finally {
      await disconnect(holder);
    }
  });

  it('asks for grants in statements that are enough to plan, and then to install, reinstall and remove', async () => {
    await using own = await createFleet();
    await writeConfig(own, 'git: { transports: [file] }\nenvironments: { build: never }\n');
    await own.writePack('core', coreFiles);
    await own.writePack('shop', shopFiles);
    await using reader = await createReader(own, []);
    const options = { url: reader.url };
    const run = async (code: number, ...args: string[]) => {
      const ended = await runInside(own, args, options);
      assert.equal(ended.code, code, ended.out + ended.err);
    };
    const denied = await ask(own, options);
    assert.equal(denied.find('grants').findings[0]?.code, 'grants-reading');
    assert.equal(denied.code, 1);
    await follow(own, reader.role, denied.find('grants'));

    const reading = await ask(own, options);
    assert.equal(reading.find('grants').findings[0]?.code, 'grants-writing');
    assert.equal(reading.code, 0, reading.out);
    await run(2, 'plan', '--detailed-exitcode');
    await follow(own, reader.role, reading.find('grants'));

    const writing = await ask(own, options);
    assert.equal(writing.levels.grants, 'ok', writing.out);
    await run(0, 'apply', '--yes');
    await makePeoplesThings(own);
    const changed = Object.entries(shopFiles).map(([path, text]) => [path, `${text}# changed\n`]);
    await own.writePack('shop', { ...Object.fromEntries(changed), 'policies/one.yaml': null }, { version: '2.0.0' });
    await run(0, 'apply', '--yes');
    await own.write({ 'desired/shop.yaml': null });
    await run(0, 'apply', '--yes');
    assert.deepEqual(await own.sql('SELECT ref FROM pack'), [{ ref: 'core' }]);
    await own.writePack('shop', shopFiles);
    await run(0, 'apply', '--yes');
  });
});
