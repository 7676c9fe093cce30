import { setTimeout as sleep } from 'node:timers/promises';
import { followEvents } from '../../commands/daemon-client/follow-events.ts';
import { renderEvent } from '../../commands/daemon-client/render-event.ts';
import type { JsonObject } from '../../json.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { createPaint } from '../../text/paint.ts';
import { exitCodes } from '../exit-code.ts';
import { type DaemonOptions, findDaemon } from '../find-daemon.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface EventsOptions extends DaemonOptions {
  readonly follow?: boolean;
  readonly type?: readonly string[];
  readonly ref?: readonly string[];
  readonly output: DataFormat;
}

/** What is shown of the past before what happens from now on. */
const replayed = 10;

/** What happened, or with `follow` what happens, until somebody ends it. @returns the exit code */
export async function eventsVerb(shell: Shell, options: EventsOptions): Promise<number> {
  const daemon = await findDaemon(shell, options);
  const { out, err, signal } = shell;
  const paint = createPaint(out.color);
  const line = (event: JsonObject) => `${renderEvent(event, paint)}\n`;
  if (options.follow !== true) {
    const found = await daemon.get(pathOf(options));
    const events = (Array.isArray(found.events) ? found.events : []) as readonly JsonObject[];
    await writeData(out, options.output, found, () =>
      events.length === 0 ? 'Nothing happened since the daemon started.\n' : events.map(line).join(''),
    );
    return exitCodes.ok;
  }
  const followed = followEvents(daemon, {
    path: pathOf(options),
    signal,
    wait: (ms) => sleep(ms, undefined, { signal }).catch(() => {}),
    onLost: (error, waitMs) =>
      err.write(`${error?.message ?? 'The daemon ended the connection'}; asking again in ${formatDuration(waitMs)}.\n`),
    onBack: () => err.write('The daemon answers again.\n'),
  });
  for await (const event of followed) {
    if (options.output === 'text') out.write(line(event));
    else await writeEvent(shell, options.output, event);
  }
  return exitCodes.ok;
}

/** One line, or one document, an event: whoever reads need not wait for the end. */
async function writeEvent({ out }: Shell, format: DataFormat, event: JsonObject): Promise<void> {
  if (format === 'json') return out.write(`${JSON.stringify(event)}\n`);
  out.write('---\n');
  await writeData(out, format, event, () => '');
}

function pathOf({ follow, type = [], ref = [] }: EventsOptions): string {
  const query = new URLSearchParams();
  for (const one of type) query.append('type', one);
  for (const one of ref) query.append('ref', one);
  if (follow === true) query.append('replay', String(replayed));
  return `/api/v1/events?${query}`;
}
