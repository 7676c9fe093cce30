import { type Retry, SyncError } from '../errors.ts';
import { explainDenied } from './explain-denied.ts';

interface Meaning {
  readonly code: string;
  readonly sentence: string;
  readonly retry: Retry;
  readonly hint?: string;
}

/**
 * SQLSTATE, class of SQLSTATE or code of the operating system → what it means to a person and when to try again.
 * The full code wins over its class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unreachable('nothing listens there'),
  ECONNRESET: unreachable('the connection was reset'),
  ENOENT: unreachable('its socket does not exist'),
  ENOTFOUND: unreachable('its name is not known'),
  EAI_AGAIN: unreachable('its name cannot be looked up at the moment'),
  ETIMEDOUT: unreachable('it does not answer'),
  EHOSTUNREACH: unreachable('there is no route to it'),
  ENETUNREACH: unreachable('there is no route to it'),
  EPIPE: unreachable('the connection was closed'),
  '08': unreachable('the connection failed'),
  '53300': unreachable('it has no connection left'),
  '57P01': unreachable('it ended the connection'),
  '57P02': unreachable('it crashed'),
  '57P03': unreachable('it is starting or stopping'),
  '28': {
    code: 'database-login-refused',
    sentence: 'refuses the login',
    retry: 'on-change',
    hint: 'Check user and password in database.url.',
  },
  '3D000': {
    code: 'database-missing',
    sentence: 'does not exist',
    retry: 'on-change',
    hint: 'Check the name at the end of database.url, or create the database.',
  },
  '42501': {
    code: 'database-denied',
    sentence: 'denies a right that is needed',
    retry: 'on-change',
  },
  '42P01': { code: 'database-schema', sentence: 'lacks a table', retry: 'on-change' },
  '42703': { code: 'database-schema', sentence: 'lacks a column', retry: 'on-change' },
  '23': { code: 'database-constraint', sentence: 'refuses a value', retry: 'on-change' },
  '22': { code: 'database-value', sentence: 'cannot take a value', retry: 'on-change' },
  '25006': { code: 'database-read-only', sentence: 'is read-only at the moment', retry: 'soon' },
  '40001': { code: 'database-conflict', sentence: 'was changed by somebody else at the same moment', retry: 'soon' },
  '40P01': { code: 'database-conflict', sentence: 'ended a deadlock', retry: 'soon' },
  '55P03': { code: 'database-busy', sentence: 'has a row locked that is needed', retry: 'soon' },
  '57014': { code: 'database-busy', sentence: 'cancelled a statement that took too long', retry: 'soon' },
  '53': { code: 'database-full', sentence: 'has run out of room', retry: 'soon' },
};

/** What node-postgres and knex say, without a code, when a connection went away. */
const lostMessage =
  /connection terminated|connection error and is not queryable|client was closed|read timeout|timeout expired|connection timeout|timeout acquiring a connection/i;

const networkCalls = ['connect', 'getaddrinfo', 'read', 'write'];

/** True where the connection, and with it what was not committed, is gone. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === undefined) return lostMessage.test(error.message);
  if (isOfAFile(error)) return false;
  return meaningOf(code)?.code === 'database-unreachable';
}

/**
 * An error of Postgres or of the way to it as a SyncError; any other error as it is.
 * @param place the server in words; never the URL, which holds a password.
 */
export function describeError(error: unknown, place: string): unknown {
  if (error instanceof SyncError || !(error instanceof Error) || isOfAFile(error)) return error;
  const code = codeOf(error);
  const lost = unreachable('the connection was lost');
  const meaning = code === undefined ? (isConnectionLoss(error) ? lost : undefined) : meaningOf(code);
  if (meaning === undefined) return error;
  // node-postgres joins the addresses it tried into an error without a message.
  const said = error.message === '' ? (code ?? '') : error.message;
  const hint = meaning.code === 'database-denied' ? explainDenied(said) : meaning.hint;
  return new SyncError(meaning.code, `${place} ${meaning.sentence}: ${said}`, {
    retry: meaning.retry,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A missing file has the code of a missing socket. */
function isOfAFile(error: Error): boolean {
  return 'syscall' in error && !networkCalls.includes(String(error.syscall));
}

function meaningOf(code: string): Meaning | undefined {
  return meanings[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? meanings[code.slice(0, 2)] : undefined);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function unreachable(why: string): Meaning {
  return {
    code: 'database-unreachable',
    sentence: `cannot be reached, ${why}`,
    retry: 'soon',
    hint: 'Is PostgreSQL running, and is the address in database.url right?',
  };
}
