import type { Knex } from 'knex';
import type pg from 'pg';
import { SyncError } from '../errors.ts';
import { disconnect } from './connect.ts';
import type { Database, Fence, Writer } from './database.ts';
import { describeError, isConnectionLoss } from './describe-error.ts';
import { describePlace } from './describe-place.ts';

/**
 * The writer on the connection that holds the lock. node-postgres never replaces a connection, so that after a
 * loss nothing more is written.
 */
export function createWriter({ knex, connection, fence = isThere }: Database, client: pg.Client): Writer {
  let isLost = false;
  let isBusy = false;
  let transactions = 0;
  client.once('end', () => {
    isLost = true;
  });
  client.on('error', () => {
    isLost = true;
  });
  return {
    async transaction(work) {
      if (isBusy) throw new Error('the writer carries one transaction at a time');
      if (isLost) throw connectionLost(undefined);
      isBusy = true;
      try {
        transactions += 1;
        const isDue = transactions % planLife === 0;
        return await runTransaction(knex, client, isDue ? planAnew(work) : work, { fence, isLost: () => isLost });
      } catch (error) {
        // Whatever still runs on a connection that timed out must not be joined by another transaction.
        if (error instanceof SyncError && error.code === lostCode) {
          isLost = true;
          await disconnect(client);
        }
        throw describeError(error, describePlace(connection));
      } finally {
        isBusy = false;
      }
    },
  };
}

/** Where nothing more than the lock has to hold. */
async function isThere(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw('SELECT 1');
}

/** How many transactions one plan of a named statement serves. */
const planLife = 50;

type Work<T> = (transaction: Knex.Transaction) => Promise<T>;

/** Postgres keeps the plans of named statements. One for tables that were small reads all of what a run made large. */
function planAnew<T>(work: Work<T>): Work<T> {
  return async (transaction) => {
    await transaction.raw('DISCARD PLANS');
    return work(transaction);
  };
}

async function runTransaction<T>(
  knex: Knex,
  client: pg.Client,
  work: Work<T>,
  { fence, isLost }: { readonly fence: Fence; readonly isLost: () => boolean },
): Promise<T> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    return await knex.transaction(
      async (transaction) => {
        try {
          if (fence !== isThere) await fence(transaction);
          const result = await work(transaction);
          // An error of SQL that `work` swallowed has ended the transaction: COMMIT would roll back and not say so.
          await fence(transaction);
          return result;
        } catch (error) {
          thrown = { error };
          throw error;
        }
      },
      { connection: client },
    );
  } catch (error) {
    const cause = thrown === undefined ? error : thrown.error;
    if (isConnectionLoss(cause) || (thrown === undefined && isLost())) throw connectionLost(cause);
    throw cause;
  }
}

const lostCode = 'connection-lost';

function connectionLost(cause: unknown): SyncError {
  return new SyncError(lostCode, 'The connection to the database, and with it the writer lock, was lost.', {
    hint: 'What was not committed is rolled back; the next run looks again and goes on.',
    retry: 'soon',
    cause,
  });
}
