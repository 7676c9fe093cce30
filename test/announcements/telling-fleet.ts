import type { RunResult } from '../../src/apply/result.ts';
import type { Config } from '../../src/config/config.ts';
import type { DatabaseContext } from '../../src/context.ts';
import type { Json } from '../../src/json.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reconcile } from '../../src/reconcile.ts';
import { Secret } from '../../src/secret.ts';
import type { Fleet } from '../support/fleet.ts';

/** Nobody listens there. */
export const nowhere: Partial<Config> = {
  messageQueue: { url: new Secret('amqp://ada:canary-login@127.0.0.1:1/attune'), exchange: 'attune.events' },
};

/** A fleet's context with some of its configuration otherwise. `lines`: what is logged, as `level message`. */
export function contextWith(fleet: Fleet, more: Partial<Config>, lines: string[] = []): DatabaseContext {
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return {
    ...fleet.context,
    config: { ...fleet.context.config, ...more },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  };
}

export async function applyWith(context: DatabaseContext): Promise<{ plan: Plan; result: RunResult }> {
  const { plan, result } = await reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  if (result === null) throw new Error('nobody was asked');
  return { plan, result };
}

export interface OutboxRow {
  readonly pack: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, Json>>;
  readonly correlation_id: string;
  readonly message_id: string;
}

export function readOutbox(fleet: Fleet): Promise<OutboxRow[]> {
  return fleet.sql<OutboxRow>(
    'SELECT pack, type, payload, correlation_id, message_id FROM attune_sync.announcement ORDER BY id',
  );
}

/** `RuleCreated shop.ship_orders`, in order. */
export async function tellOutbox(fleet: Fleet): Promise<string[]> {
  return (await readOutbox(fleet)).map(
    ({ type, payload }) => `${type} ${String(payload.rule_ref ?? payload.pack_ref)}`,
  );
}

export async function emptyOutbox(fleet: Fleet): Promise<void> {
  await fleet.sql('DELETE FROM attune_sync.announcement');
}
