import { SyncError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import type { Secret } from '../../secret.ts';

/** The API of a daemon, as somebody with a token sees it. */
export interface DaemonClient {
  /** @throws SyncError `daemon-unreachable`, or with the code that the daemon refused by */
  get(path: string): Promise<JsonObject>;
  /** The chunks of a stream, decoded; ends where the daemon ends it. @throws as `get` */
  stream(path: string, options: StreamOptions): Promise<AsyncIterable<string>>;
}

export interface StreamOptions {
  readonly lastId: string | null;
  readonly signal: AbortSignal;
}

/** An answer takes no longer, but that of a stream. */
const patienceMs = 30_000;

/** @param url where the daemon serves, without a path: `http://127.0.0.1:8642` */
export function createDaemonClient({ url, token }: { readonly url: URL; readonly token: Secret }): DaemonClient {
  async function ask(path: string, accept: string, signal: AbortSignal, more: Record<string, string> = {}) {
    const headers = { authorization: `Bearer ${String(token.reveal())}`, accept, ...more };
    // A token is for this daemon alone, and it leads nobody elsewhere.
    const asked = fetch(new URL(path, url), { headers, signal, redirect: 'manual' });
    const response = await asked.catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (response.ok) return response;
    throw refused(url, response.status, await response.text().catch(() => ''));
  }
  return {
    async get(path) {
      const response = await ask(path, 'application/json', AbortSignal.timeout(patienceMs));
      const data: unknown = await response.json().catch(() => null);
      if (isObject(data)) return data as JsonObject;
      throw stranger(url, response.status);
    },
    async stream(path, { lastId, signal }) {
      const more = lastId === null ? {} : { 'last-event-id': lastId };
      const response = await ask(path, 'text/event-stream', signal, more);
      return decode(response, url);
    },
  };
}

async function* decode({ body }: Response, url: URL): AsyncIterable<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw unreachable(url, error);
  }
}

function unreachable(url: URL, error: unknown): SyncError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const said = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new SyncError('daemon-unreachable', `No daemon answers at ${url.origin}: ${said}`, {
    hint: 'It serves where `http.listen` of its configuration says; --url names another address.',
    retry: 'soon',
    cause: error,
  });
}

function refused(url: URL, status: number, text: string): SyncError {
  const { code, detail, hint } = parse(text);
  if (typeof code !== 'string' || typeof detail !== 'string') {
    return stranger(url, status);
  }
  return new SyncError(code, detail, {
    ...(typeof hint === 'string' ? { hint } : {}),
    retry: status === 429 || status === 503 ? 'soon' : 'on-change',
  });
}

function stranger({ origin }: URL, status: number): SyncError {
  return new SyncError('not-a-daemon', `What answers at ${origin} is no daemon of Attune Sync (HTTP ${status}).`, {
    hint: 'A daemon serves where `http.listen` of its configuration says; --url names another address.',
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(text);
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}
