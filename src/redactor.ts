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

/**
 * Only the end of the scheme: all of it would be looked for from every letter of a line without blanks. Not beyond the
 * end of a text in JSON: of `"https://host","who":"user@host"` nothing is a password.
 */
const urlPassword = /([a-z0-9+.-]:\/\/(?:(?!"[,}\]])[^\s/:@])*):(?:(?!"[,}\]])[^\s/@])+@/gi;

/** Knows nothing yet but passwords in URLs. */
export function createRedactor(): Redactor {
  const known = new Map<string, RegExp>();
  return {
    know(secret) {
      const fresh = texts(secret.reveal())
        .flatMap((text) => [text, ...longLines(text)])
        .flatMap(spell)
        .filter((text) => text.length >= 4 && !known.has(text));
      if (fresh.length === 0) return;
      const all = [...known.keys(), ...fresh].sort((one, other) => other.length - one.length);
      // The longer first: what is left of one after a part of it was replaced would be shown.
      const patterns = all.map((text) => [text, known.get(text) ?? toPattern(text)] as const);
      known.clear();
      for (const [text, pattern] of patterns) known.set(text, pattern);
    },
    redact(text) {
      let redacted = text.replace(urlPassword, '$1:(secret)@');
      for (const pattern of known.values()) redacted = redacted.replace(pattern, '(secret)');
      return redacted;
    },
  };
}

/** As it is, in a URL, in base64, and in JSON: of Postgres, in a message, in a line of the log. */
function spell(text: string): string[] {
  if (text.trim().length < 4) return [];
  const once = inJson(text);
  return [
    text,
    once,
    inJson(once),
    inJson(inJson(once)),
    encodeURIComponent(text),
    Buffer.from(text).toString('base64'),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Characters; what is longer is a file, whose lines are many and rarely shown. */
const longestParted = 64 * 1024;

/** Whoever indents a text parts its lines. What frames a key is no secret. */
function longLines(text: string): string[] {
  if (!text.includes('\n') || text.length > longestParted) return [];
  return text.split(/\r?\n/).filter((line) => line.trim().length >= 8 && !line.startsWith('-----'));
}

/** Where a text is wrapped, a blank is the end of a line and an indent. */
function toPattern(text: string): RegExp {
  const words = text.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(words.join('\\s+'), 'g');
}

function texts(value: Json): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value === 'object') return Object.values(value as Readonly<Record<string, Json>>).flatMap(texts);
  return [String(value)];
}
