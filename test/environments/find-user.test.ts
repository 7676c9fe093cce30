import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkUser, findAsker, findUser, warnOfUser } from '../../src/environments/find-user.ts';
import { SyncError } from '../../src/errors.ts';
import { look } from '../../src/look.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

const users = 'root:x:0:0:root:/root:/bin/bash\nbuild:x:990:991::/nonexistent:/usr/sbin/nologin\n42:x:7:8::/:/bin/sh\n';

function find(runAs: string, own: number | undefined = 0) {
  return findUser(runAs, { users: async () => users, own: () => own });
}

test('a user is found by name or number, with its group', async () => {
  assert.deepEqual(await find('build'), { uid: 990, gid: 991 });
  assert.deepEqual(await find('990'), { uid: 990, gid: 991 });
  assert.deepEqual(await find('42'), { uid: 7, gid: 8 }, 'a name that looks like a number is a name');
});

test('a number that nobody has a name for is a user all the same', async () => {
  assert.deepEqual(await find('1234'), { uid: 1234, gid: 1234 });
});

test('whoever this process runs as needs no change of user, and no root', async () => {
  assert.equal(await find('root'), undefined);
  assert.equal(await find('build', 990), undefined);
});

const refusals: readonly (readonly [string, string, number | undefined, string, RegExp])[] = [
  ['a user that is not there', 'biuld', 0, 'unknown-user', /names the user biuld/],
  ['another user where this is not root', 'build', 1000, 'user-refused', /only root/],
  ['another user where users have no numbers', 'build', undefined, 'user-refused', /only root/],
];
for (const [name, runAs, own, code, message] of refusals) {
  test(`refuses ${name}`, async () => {
    await assert.rejects(
      findUser(runAs, { users: async () => users, own: () => own }),
      (error) => error instanceof SyncError && error.code === code && message.test(error.message),
    );
  });
}

test('whoever plans asks interpreters as the user that builds, or else as themselves', async () => {
  const settings = { build: 'here', timeoutMs: 1000, variables: {} } as const;
  const ask = (runAs: string, own: number) =>
    findAsker({ ...settings, runAs }, { users: async () => users, own: () => own });
  assert.deepEqual(await ask('build', 0), { uid: 990, gid: 991 });
  assert.equal(await ask('build', 1000), undefined);
  assert.equal(await ask('biuld', 0), undefined);
  assert.equal(await findAsker(settings), undefined);
});

test('the list of users of this machine is read', async () => {
  assert.equal(await findUser(String(process.getuid?.() ?? 0)), undefined);
  await assert.rejects(findUser('nobody-of-this-name'), { code: 'unknown-user' });
});

test('a run that could not build is refused before it begins, a plan is not', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('jira');
  const environments = { build: 'here', runAs: 'nobody-of-this-name', timeoutMs: 1000, variables: {} } as const;
  const context = { ...fleet.context, config: { ...fleet.context.config, environments } };
  await assert.rejects(reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 0 }), {
    code: 'unknown-user',
  });
  assert.equal((await look(context)).plan.changes.length, 1);
  await checkUser({ environments: { ...environments, build: 'workers' }, tests: 'off' });
});

test('whoever plans is warned of a user who is not there, and not told that they are no root', async () => {
  const warn = async (runAs: string, more: object = {}) => {
    const environments = { build: 'here', timeoutMs: 1, variables: {}, runAs, ...more } as const;
    const machine = { users: async () => users, own: () => 4711 };
    const found = await warnOfUser({ environments, tests: 'off', file: '/c.yaml' }, machine);
    return found.map(({ severity, code, where }) => `${severity} ${code} ${where?.file}`);
  };
  assert.deepEqual(await warn('nosuchuser'), ['warning unknown-user /c.yaml']);
  assert.deepEqual(await warn('nosuchuser', { build: 'never' }), []);
  assert.deepEqual(await warn('build'), []);
});

test('a plan warns of a user who is not there', async () => {
  await using fleet = await createFleet();
  const { config } = fleet.context;
  const environments = { ...config.environments, build: 'here', runAs: 'no-such-user' } as const;
  const { plan } = await look({ ...fleet.context, config: { ...config, environments } });
  assert.deepEqual(
    plan.problems.map(({ severity, code }) => `${severity} ${code}`),
    ['warning unknown-user'],
  );
});
