import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookSettings } from '../../config/config.ts';

/** How senders sign: an HMAC-SHA-256 of the body in a header, or the secret itself. */
const headerOf = {
  github: 'x-hub-signature-256',
  gitlab: 'x-gitlab-token',
  gitea: 'x-gitea-signature',
  generic: 'x-signature',
} as const satisfies Record<WebhookSettings['type'], string>;

/**
 * Why a webhook is not from whom it says, or null where it is. It takes as long whatever is wrong with the signature.
 *
 * @param body as it came, byte for byte
 */
export function verifySignature(
  { type, secret }: WebhookSettings,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
): string | null {
  const header = headerOf[type];
  const given = headers[header];
  if (typeof given !== 'string') return `${header} is missing`;
  const key = String(secret.reveal());
  if (type === 'gitlab') return isSame(given, key) ? null : `${header} is not the secret`;
  const digest = createHmac('sha256', key).update(body).digest('hex');
  // Gitea sends the bare digest; the others name the algorithm.
  const expected = type === 'gitea' ? digest : `sha256=${digest}`;
  return isSame(given, expected) ? null : `${header} is not that of this body`;
}

/** By digests: texts of any length are compared in the same time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
