import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { HttpSettings } from '../../src/config/config.ts';
import type { Context } from '../../src/context.ts';
import type { DaemonState } from '../../src/daemon/daemon-state.ts';
import type { DaemonView, LookAnswer, LookRequest } from '../../src/daemon/daemon-view.ts';
import { keepState } from '../../src/daemon/keep-state.ts';
import type { Database } from '../../src/database/database.ts';
import { createEvents, type Events } from '../../src/events/create-events.ts';
import { createServer } from '../../src/http/create-server.ts';
import { noProgress } from '../../src/progress.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';
import { createTestConfig } from '../support/config.ts';

export const operatorToken = 'operator-token-of-a-test';
export const viewerToken = 'viewer-token-of-a-test';
export const webhookSecret = 'secret-of-a-webhook';

export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export const settings: HttpSettings = {
  host: '127.0.0.1',
  port: 0,
  metrics: 'open',
  tokens: [
    { name: 'ci', sha256: digestOf(operatorToken), role: 'operator', identity: 'deploy' },
    { name: 'wall', sha256: digestOf(viewerToken), role: 'viewer' },
  ],
  webhooks: (['github', 'gitlab', 'gitea', 'generic'] as const).map((type) => ({
    name: `from-${type}`,
    type,
    secret: new Secret(webhookSecret),
  })),
};

export interface HttpScene extends AsyncDisposable {
  readonly server: FastifyInstance;
  readonly view: DaemonView;
  readonly events: Events;
  /** What was asked of the daemon, in order. */
  readonly asked: LookRequest[];
  /** `level message`. */
  readonly lines: string[];
  setState(change: Partial<DaemonState>): void;
}

interface SceneOptions {
  readonly settings?: Partial<HttpSettings>;
  /** Of a fleet; without it the database is away. */
  readonly context?: Context;
  readonly openDatabase?: () => Promise<Database>;
  /** How the daemon answers who asks for a pass. */
  readonly answer?: (request: LookRequest) => Promise<LookAnswer>;
}

/** All routes beside a daemon that is the test's. Nothing listens. */
export async function createHttpScene(options: SceneOptions = {}): Promise<HttpScene> {
  const lines: string[] = [];
  const asked: LookRequest[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const context: Context = {
    ...(options.context ?? bareContext),
    redactor: createRedactor(),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  };
  const events = createEvents({ now: context.now, onError: () => {} });
  const state = keepState(context.now);
  const view: DaemonView = {
    context,
    who: 'test@here',
    events,
    database: {
      get: options.openDatabase ?? (() => Promise.reject(new Error('the test has no database'))),
      drop: async () => {},
      close: async () => {},
    },
    state: state.read,
    requestLook(request) {
      asked.push(request);
      return options.answer?.(request) ?? Promise.resolve({ outcome: 'unchanged', packs: [], run: null });
    },
  };
  state.update({ role: 'leader', leader: 'test@here' });
  const metrics = { render: async () => 'attune_sync_info 1\n', contentType: 'text/plain; version=0.0.4', close() {} };
  const server = await createServer({ ...settings, ...options.settings }, { view, version: '0.0.0-test', metrics });
  return {
    server,
    view,
    events,
    asked,
    lines,
    setState: state.update,
    [Symbol.asyncDispose]: async () => void (await server.close()),
  };
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

export const bareContext: Context = {
  config: createTestConfig('/nowhere', { desiredState: [], git: { timeoutMs: 1000 } }),
  log: { debug() {}, info() {}, warn() {}, error() {} },
  redactor: createRedactor(),
  progress: noProgress,
  signal: new AbortController().signal,
  now: () => new Date(),
  environment: {},
};
