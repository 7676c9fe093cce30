import { isObject, type Json, type JsonObject } from '../../json.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { formatTime } from '../../text/format-time.ts';
import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';

/** One event as a line. A daemon that is newer may tell of what is not known here: then its keys are shown. */
export function renderEvent(event: JsonObject, paint: Paint): string {
  const type = text(event.type);
  const at = new Date(text(event.at));
  const when = Number.isNaN(at.getTime()) ? '' : formatTime(at);
  const said = (tell[type] ?? tellKeys)(event);
  return `${paint.dim(when)}  ${colourOf(type, paint)(printable(type).padEnd(width))}  ${printable(said)}`.trimEnd();
}

/** Of the longest type. */
const width = 16;

function colourOf(type: string, paint: Paint): (text: string) => string {
  if (/failed|troubled|refused|lost|fight/.test(type)) return paint.red;
  return /applied|recovered|gained/.test(type) ? paint.green : paint.bold;
}

/** What each event says beyond its type. */
const tell: Readonly<Record<string, (event: JsonObject) => string>> = {
  'leader-gained': () => 'this daemon leads now',
  'leader-lost': ({ why }) => text(why),
  'standing-by': ({ leader }) => (leader === null ? 'another daemon leads' : `${text(leader)} leads`),
  'look-requested': ({ by, who, refs, urls }) =>
    `${text(who)} asks for ${listed(refs) || listed(urls) || (by === 'webhook' ? 'remotes that were pushed to' : 'all packs')}`,
  'pass-started': ({ cause, targets }) => `${text(cause)}${prefixed(' of ', listed(targets))}`,
  'pass-ended': (event) =>
    `${text(event.outcome)}${prefixed(': ', counts(event.packs))}${prefixed(', run ', text(event.run))}; took ${took(event)}`,
  'pass-failed': (event) => `${problems(event.problems)}; took ${took(event)}`,
  'pack-applied': ({ ref, action, version, reason }) =>
    `${text(ref)} ${text(action)}${prefixed(' ', text(version))}${prefixed(': ', text(reason).replaceAll('-', ' '))}`,
  'pack-troubled': ({ ref, outcome, problems: found, retryAt }) =>
    `${text(ref)} ${text(outcome)}: ${problems(found)}${again(retryAt)}`,
  'pack-recovered': ({ ref }) => text(ref),
  fight: ({ component, field, times }) =>
    `${text(component)} ${text(field)} was repaired ${text(times)} times within an hour: somebody else writes it too`,
  'source-failed': ({ url, problem, retryAt }) => `${text(url)}: ${problems([problem ?? null])}${again(retryAt)}`,
  'source-recovered': ({ url }) => text(url),
  'webhook-refused': ({ name, why }) => `${text(name)}: ${text(why)}`,
  'config-reloaded': () => 'the configuration was read again',
  'config-refused': ({ problems: found }) => problems(found),
  suspended: ({ ref, by, reason, until }) =>
    `${text(ref) || 'all packs'} by ${text(by)}: ${text(reason)}${prefixed(', until ', timeOf(until))}`,
  resumed: ({ ref, by }) => `${text(ref) || 'all packs'} by ${text(by)}`,
};

function tellKeys({ type, at, id, ...rest }: JsonObject): string {
  return Object.entries(rest)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
}

function text(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

function prefixed(prefix: string, said: string): string {
  return said === '' ? '' : `${prefix}${said}`;
}

function listed(value: Json | undefined): string {
  return Array.isArray(value) ? value.map((one: Json) => text(one)).join(', ') : '';
}

function counts(value: Json | undefined): string {
  if (!isObject(value)) return '';
  return Object.entries(value)
    .filter(([, count]) => count !== 0)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

function problems(value: Json | undefined): string {
  const all = Array.isArray(value) ? value : [];
  return all.map((one: Json) => (isObject(one) ? text(one.message as Json) : '')).join('; ');
}

function again(at: Json | undefined): string {
  return prefixed('; tried again at ', timeOf(at));
}

function timeOf(at: Json | undefined): string {
  const time = new Date(text(at));
  return text(at) === '' || Number.isNaN(time.getTime()) ? '' : formatTime(time);
}

function took({ durationMs }: JsonObject): string {
  return typeof durationMs === 'number' ? formatDuration(durationMs) : '';
}
