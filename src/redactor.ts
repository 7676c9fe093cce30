import type { Json } from './json.ts';
import type { Secret } from './secret.ts';

/**
 * The last line of defence for secrets: text that others wrote (git, Postgres, a child process) can hold
 * a value we know. Everything that leaves the process passes `redact`.
 */
export interface Redactor {
  /** Remember a secret's plain value; values shorter than four characters would garble the text and are left out. */
  know(secret: Secret): void;
  /** The text with every known secret, and every password in a URL, replaced. */
  redact(text: string): string;
}

const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  return {
    know(secret) {
      for (const text of texts(secret.reveal())) {
        if (text.length < 4) continue;
        known.add(text);
        known.add(JSON.stringify(text).slice(1, -1));
        known.add(encodeURIComponent(text));
        known.add(Buffer.from(text).toString('base64'));
      }
    },
    redact(text) {
      let redacted = text.replace(urlPassword, '$1:(secret)@');
      for (const value of known) redacted = redacted.replaceAll(value, '(secret)');
      return redacted;
    },
  };
}

function texts(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value === 'object') return Object.values(value as Readonly<Record<string, Json>>).flatMap(texts);
  return [String(value)];
}
