import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepDatabase } from '../../../src/daemon/keep-database.ts';
import { keepState } from '../../../src/daemon/keep-state.ts';
import { runElections } from '../../../src/daemon/leader/run-elections.ts';
import { SyncError } from '../../../src/errors.ts';
import { bareContext } from '../../http/http-scene.ts';
import { createFleet } from '../../support/fleet.ts';

test('a database that is away at the start is tried again, and then somebody leads, until told to stop', {
  timeout: 30_000,
}, async () => {
  await using fleet = await createFleet();
  const stop = new AbortController();
  const lines: string[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const { database, ...context } = fleet.context;
  const state = keepState(context.now);
  const told: string[] = [];
  let tries = 0;
  await runElections(
    {
      ...context,
      signal: stop.signal,
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    },
    {
      who: 'ann@one',
      state,
      emit: ({ type }) => void told.push(type),
      random: () => 0.99,
      database: keepDatabase(async () => {
        tries += 1;
        if (tries === 2) told.push(`away: ${state.read().databaseAwaySince instanceof Date}`);
        if (tries === 1) throw new SyncError('database-unreachable', 'Nobody answers.', { retry: 'soon' });
        return { ...database, close: async () => {} };
      }),
      stand: () =>
        told.push(`stands as ${state.read().role}${state.read().databaseAwaySince === null ? '' : ', away'}`),
      async lead({ signal }) {
        told.push(`leads as ${state.read().role}`);
        stop.abort();
        assert.equal(signal.aborted, true);
      },
    },
  );
  assert.deepEqual(told, ['away: true', 'stands as starting', 'leader-gained', 'leads as leader']);
  assert.deepEqual(lines, [
    'error Nobody answers. [database-unreachable] It is tried again in 505 ms.',
    'info The database is there again.',
    'debug ann@one leads.',
  ]);
});

test('a stop while the database is opened is no trouble to tell of', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  await runElections(
    { ...bareContext, signal: stop.signal, log: { debug: log, info: log, warn: log, error: log } },
    {
      who: 'ann@one',
      state: keepState(() => new Date()),
      emit: () => assert.fail('nothing happened'),
      random: () => 0.99,
      database: keepDatabase(async () => {
        stop.abort();
        throw stop.signal.reason;
      }),
      stand: () => assert.fail('it stands'),
      lead: () => assert.fail('it leads'),
    },
  );
  assert.deepEqual(lines, []);
});
