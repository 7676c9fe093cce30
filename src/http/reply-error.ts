import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import type { Context } from '../context.ts';
import { problemsOf, SyncError } from '../errors.ts';
import { hintOfKeys } from './hint-of-keys.ts';
import { HttpError, type Refusal } from './http-error.ts';

/** An answer of RFC 9457. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, code, message, hint, retryAfter, problems = [] } = refusal;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code,
      detail: message,
      ...(hint === undefined ? {} : { hint }),
      ...(problems.length > 1 ? { problems } : {}),
    });
}

/** @param show what the server's other answers are shown by, which fastify does not use where no route is */
export function notFound(show: (data: unknown) => string) {
  return ({ method, url }: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = url.replace(/\?.*$/s, '').slice(0, 200);
    const hint = 'GET /api/v1/openapi.json lists every route.';
    const message = `There is no ${method} ${path}.`;
    return sendRefusal(reply.serializer(show), { status: 404, code: 'unknown-route', message, hint });
  };
}

/** Thrown by the rate limit. */
export function tooMany(_request: FastifyRequest, { ttl }: { readonly ttl: number }): HttpError {
  const seconds = Math.max(1, Math.ceil(ttl / 1000));
  const message = `Too many requests from this address; the next one is taken in ${seconds} s.`;
  return new HttpError({ status: 429, code: 'too-many-requests', message, retryAfter: seconds });
}

/** Every error as an answer. What nobody foresaw is logged whole; the answer says only that it happened. */
export function replyError({ log }: Context) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = describe(error, request);
    const said = problemsOf(error).map(({ message }) => message);
    const text = `${request.method} ${request.routeOptions.url ?? 'of an unknown route'} failed: ${said.join('; ')}`;
    // That the database is away, for example, the daemon says itself, and not for everybody who asks.
    if (refusal.status === 500) log.error(text, { stack: error instanceof Error ? error.stack : undefined });
    else if (refusal.status > 500) log.debug(text, { code: refusal.code });
    return sendRefusal(reply, refusal);
  };
}

function describe(error: unknown, request: FastifyRequest): Refusal {
  if (error instanceof HttpError) return error.refusal;
  if (error instanceof SyncError) return describeSyncError(error);
  if (isFastifyError(error)) return describeFastifyError(error, request);
  const message = 'The daemon failed to answer; its log says why.';
  return { status: 500, code: 'unexpected', message };
}

/** What is asked for is not there, or cannot be told now. */
function describeSyncError({ code, message, retry, problems }: SyncError): Refusal {
  const found = { code, message, hint: problems[0]?.hint, problems };
  return { ...found, status: statuses[code] ?? 503, ...(retry === 'soon' ? { retryAfter: 5 } : {}) };
}

const statuses: Readonly<Record<string, number>> = {
  'unknown-pack': 404,
  'not-installed': 404,
  'unknown-run': 404,
  'missing-reason': 400,
  'invalid-until': 400,
  'database-value': 400,
  'managed-by-another': 409,
  'not-suspended': 409,
  suspended: 409,
};

function isFastifyError(error: unknown): error is FastifyError {
  const known = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
  return known && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500;
}

function describeFastifyError(error: FastifyError, request: FastifyRequest): Refusal {
  const { statusCode: status = 400, code, validation, validationContext, message } = error;
  if (status === 413) {
    return { status, code: 'too-large', message: 'The body is larger than 1 MB.', hint: 'Nothing longer is read.' };
  }
  if (status === 415) {
    return {
      status,
      code: 'not-json',
      message: 'The body is not JSON.',
      hint: 'Send `Content-Type: application/json`.',
    };
  }
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return {
      status,
      code: 'invalid-request',
      message: 'The body is empty, and Content-Type says that it is JSON.',
      hint: 'Leave `Content-Type: application/json` out, or send {}.',
    };
  }
  if (validation === undefined) return { status, code: 'invalid-request', message };
  const part = validationContext === 'querystring' ? 'query' : validationContext;
  const { querystring, body } = request.routeOptions.schema ?? {};
  const unknown = validation.flatMap(({ params }) => unknownKey(params) ?? []);
  const hint = hintOfKeys(unknown, part === 'query' ? querystring : body);
  return {
    status,
    code: 'invalid-request',
    message: `The ${part} is invalid: ${validation.map(say).join('; ')}.`,
    hint,
  };
}

function say({ instancePath, message = 'is invalid', params }: FastifySchemaValidationError): string {
  const key = unknownKey(params);
  if (key !== undefined) return `${key} is not known`;
  const { allowedValues } = params;
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
  return `${where(instancePath)} ${message}${allowed}`;
}

function unknownKey({ additionalProperty }: FastifySchemaValidationError['params']): string | undefined {
  return typeof additionalProperty === 'string' ? additionalProperty : undefined;
}

function where(path: string): string {
  return path === '' ? 'it' : path.slice(1).replaceAll('/', '.');
}
