import type { Scalar } from 'yaml';

const integer = /^[-+]?(?:\d+|0x[\da-f]+|0o[0-7]+)$/i;

/** Why a scalar cannot be kept exactly as JSON and in Postgres; undefined where it can. */
export function scalarFault(node: Scalar): { code: string; message: string; hint?: string } | undefined {
  const { value, source = '' } = node;
  if (typeof value === 'string') return textFault(value);
  if (typeof value !== 'number') return undefined;
  if (!Number.isFinite(value)) {
    return { code: 'not-finite', message: `${source} is not a finite number.`, hint: quote(source) };
  }
  if (integer.test(source) && !Number.isSafeInteger(value)) {
    const message = `${source} is too large for an exact number (the limit is ${Number.MAX_SAFE_INTEGER}).`;
    return { code: 'unsafe-integer', message, hint: quote(source) };
  }
  return undefined;
}

function textFault(text: string): { code: string; message: string } | undefined {
  if (text.includes('\0')) return { code: 'nul-character', message: 'The text contains a NUL character.' };
  if (/\p{Surrogate}/u.test(text)) {
    return { code: 'lone-surrogate', message: 'The text contains half of a character (a lone surrogate).' };
  }
  return undefined;
}

function quote(source: string): string {
  return `Quote it if text is meant: "${source}".`;
}
