import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withContext, withDatabase } from '../../src/cli/open-context.ts';
import { createTestDatabase } from '../support/database.ts';
import { createFakeShell } from './fake-shell.ts';

async function writeConfig(url: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'open-context-'));
  const text = `name: examples\ndesiredState: [{ directory: . }]\ndatabase: { url: '${url}' }\nstateDir: state\n`;
  await writeFile(join(directory, 'attune.config.yaml'), text);
  return directory;
}

test('the work gets configuration and an open database, which is closed afterwards', async () => {
  await using made = await createTestDatabase();
  const shell = createFakeShell({ directory: await writeConfig(made.url) });
  const knex = await withContext(shell, (context) =>
    withDatabase(context, async ({ config, database }) => {
      assert.equal(config.name, 'examples');
      const { rows } = await database.knex.raw('SELECT 1 AS one');
      assert.equal(rows[0].one, 1);
      return database.knex;
    }),
  );
  await assert.rejects(Promise.resolve(knex.raw('SELECT 1')));
});

test('the error of the work is the one that is thrown, whatever closing says', async () => {
  await using made = await createTestDatabase();
  const shell = createFakeShell({ directory: await writeConfig(made.url) });
  const work = withContext(shell, (context) =>
    withDatabase(context, async ({ database }) => {
      const { close } = database;
      Object.assign(database, { close: () => close().then(() => Promise.reject(new Error('second'))) });
      throw new Error('first');
    }),
  );
  await assert.rejects(work, { message: 'first' });
});

test('the configuration is searched upwards, and its database password is known to what is written', async () => {
  const directory = await writeConfig('postgres://ann:p%40ssword-4711@db.example.com/attune');
  const shell = createFakeShell({ directory: join(directory, 'deep', 'er') });
  await withContext(shell, async (context) => {
    context.log.warn('the driver says p@ssword-4711 and postgres://ann:p%40ssword-4711@db.example.com/attune');
  });
  const written = shell.stderr();
  assert.match(written, /the driver says \(secret\)/);
  assert.doesNotMatch(written, /4711/);
});

test('a configuration that cannot be read is an error before anything is opened', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'open-context-'));
  const shell = createFakeShell({ directory, options: { config: 'none.yaml' } });
  await assert.rejects(
    withContext(shell, async () => assert.fail('not reached')),
    { code: 'config-not-found' },
  );
});
