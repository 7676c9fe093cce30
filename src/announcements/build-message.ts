import type { Json, JsonObject } from '../json.ts';
import { type MessageType, routingKeys } from './announced.ts';

/** A row of the outbox. */
export interface WaitingMessage {
  /** bigint, as text. */
  readonly id: string;
  readonly type: MessageType;
  readonly messageId: string;
  readonly correlationId: string;
  readonly payload: Json;
  readonly created: Date;
}

/** A message as it goes to the broker. */
export interface BrokerMessage {
  readonly routingKey: string;
  readonly messageId: string;
  readonly correlationId: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Attune's envelope, as JSON. */
  readonly body: string;
}

/** Attune's envelope, the same whenever it is built: a message that is published twice has one id. */
export function buildMessage(waiting: WaitingMessage): BrokerMessage {
  const { type, messageId, correlationId, payload, created } = waiting;
  const envelope: JsonObject = {
    message_id: messageId,
    correlation_id: correlationId,
    message_type: type,
    version: '1.0',
    timestamp: created.toISOString(),
    headers: { retry_count: 0, source_service: 'attune-sync' },
    payload,
  };
  return {
    routingKey: routingKeys[type],
    messageId,
    correlationId,
    timestamp: Math.floor(created.getTime() / 1000),
    body: JSON.stringify(envelope),
  };
}
