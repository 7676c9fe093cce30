import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookSettings } from '../../config/config.ts';
import { isObject } from '../../json.ts';

/**
 * What a verified webhook tells. `ping`: it is tried out. `other`: something that changes no content of a repository.
 * `push`: addresses of the repository in every spelling that it names; null where it names none.
 */
export type Delivery =
  | { readonly kind: 'ping' }
  | { readonly kind: 'other'; readonly event: string }
  | { readonly kind: 'push'; readonly urls: readonly string[] | null };

/** @throws SyntaxError where the body is not JSON */
export function readDelivery(type: WebhookSettings['type'], headers: IncomingHttpHeaders, body: Uint8Array): Delivery {
  const event = nameEvent(type, headers);
  if (event === 'ping') return { kind: 'ping' };
  if (event !== null && !pushes.test(event)) return { kind: 'other', event };
  const payload = parseBody(headers, body);
  const urls = [...new Set([payload, member(payload, 'repository'), member(payload, 'project')].flatMap(addresses))];
  return { kind: 'push', urls: urls.length === 0 ? null : urls };
}

/** Branches and tags that come, move or go. */
const pushes = /^(?:push|create|delete|release|push hook|tag push hook|release hook|system hook)$/i;

function nameEvent(type: WebhookSettings['type'], headers: IncomingHttpHeaders): string | null {
  const name = type === 'generic' ? undefined : headers[`x-${type}-event`];
  return typeof name === 'string' ? name : null;
}

/** GitHub sends a form where it is not told to send JSON. */
function parseBody(headers: IncomingHttpHeaders, body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? text) : text;
  return json.trim() === '' ? null : JSON.parse(json);
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

const keys = [
  'url',
  'urls',
  'repository',
  'clone_url',
  'ssh_url',
  'git_url',
  'html_url',
  'http_url',
  'web_url',
  'git_http_url',
  'git_ssh_url',
  'homepage',
] as const;

function addresses(value: unknown): string[] {
  return keys.flatMap((key) => [member(value, key)].flat()).filter((found): found is string => isAddress(found));
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 2048;
}
