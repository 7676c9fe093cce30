import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiToken } from '../config/config.ts';
import { HttpError } from './http-error.ts';

/** Who sent a request, by its token. */
export interface Caller {
  readonly token: ApiToken;
  /** As runs and logs name them: `deploy (token ci)`, or `token ci` where it acts as nobody in particular. */
  readonly who: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The role that a caller needs; `viewer` where not said, `open` for nobody's. */
    readonly role?: 'open' | ApiToken['role'];
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Lets only callers with a token pass to the routes of this scope, each to what its role may do. */
export function authenticate(scope: FastifyInstance, tokens: readonly ApiToken[]): void {
  scope.decorateRequest('caller', null);
  // Not `onRequest`: the rate limit comes first, so that tokens cannot be tried at will.
  scope.addHook('preParsing', async (request) => {
    const { role = 'viewer' } = request.routeOptions.config;
    if (role === 'open') return;
    const token = findToken(request, tokens);
    if (role === 'operator' && token.role !== 'operator') throw forbidden(token);
    request.caller = { token, who: nameOf(token) };
  });
}

/** @throws Error in a route that anybody may call */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('a route that asks who calls it must not be open');
  return caller;
}

/** @throws HttpError 401 */
export function findToken({ headers }: FastifyRequest, tokens: readonly ApiToken[]): ApiToken {
  const [, given] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const digest = createHash('sha256')
    .update(given ?? '')
    .digest();
  // All of them, however soon one fits: how long it takes says nothing.
  const fitting = tokens.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), digest));
  const [token] = given === undefined ? [] : fitting;
  if (token !== undefined) return token;
  throw new HttpError({
    status: 401,
    code: given === undefined ? 'token-missing' : 'token-unknown',
    message: given === undefined ? 'This route asks for a token.' : 'The configuration knows no such token.',
    hint:
      tokens.length === 0
        ? 'http.tokens in the configuration of the daemon names none yet.'
        : 'Send it as `Authorization: Bearer TOKEN`; http.tokens in the configuration holds its SHA-256.',
  });
}

function nameOf({ name, identity }: ApiToken): string {
  return identity === undefined ? `token ${name}` : `${identity} (token ${name})`;
}

function forbidden({ name }: ApiToken): HttpError {
  return new HttpError({
    status: 403,
    code: 'role-missing',
    message: `The token ${name} may only read.`,
    hint: 'This asks for a token with `role: operator` in http.tokens.',
  });
}
