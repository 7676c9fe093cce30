import type { ServerResponse } from 'node:http';
import type { DaemonEvent } from '../events/event.ts';
import type { Redactor } from '../redactor.ts';

export interface EventStream {
  /** Sends what was before: all of it, however long the client takes. */
  replay(events: readonly DaemonEvent[]): void;
  send(event: DaemonEvent): void;
  /** Called once, whoever ended it. */
  onEnd(listener: () => void): void;
  end(): void;
}

interface StreamOptions {
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>;
  /** Of this process: stands in every id. */
  readonly epoch: string;
  readonly redactor: Redactor;
}

/** So often something is sent, for whoever ends connections on which nothing comes. */
const heartbeatMs = 15_000;
/** A client waits so long before it comes back. */
const retryMs = 2_000;
/** Bytes beyond the replay that a client has not taken yet; one further behind comes back, and misses little. */
const mostBehind = 1024 * 1024;

/** Server-sent events over a response that nobody has written to. A client that does not read is let go. */
export function openEventStream(response: ServerResponse, { headers, epoch, redactor }: StreamOptions): EventStream {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  let allowed = mostBehind;
  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    if (response.writableLength > allowed) response.destroy();
  };
  write(`retry: ${retryMs}\n\n`);
  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
  response.once('close', () => clearInterval(heartbeat));
  const format = (event: DaemonEvent) =>
    `id: ${epoch}-${event.id}\nevent: ${event.type}\ndata: ${formatEvent(event, redactor)}\n\n`;
  return {
    replay(events) {
      const text = events.map(format).join('');
      allowed += Buffer.byteLength(text);
      write(text);
    },
    send: (event) => write(format(event)),
    onEnd: (listener) => void response.once('close', listener),
    end: () => void response.end(),
  };
}

/** One line. The redactor meets it with blanks, without which it takes all of it for one word. */
function formatEvent(event: DaemonEvent, redactor: Redactor): string {
  return JSON.stringify(JSON.parse(redactor.redact(JSON.stringify(event, null, 1))));
}
