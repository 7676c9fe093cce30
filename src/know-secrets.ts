import { isObject } from './json.ts';
import type { Redactor } from './redactor.ts';
import { Secret } from './secret.ts';

/** Tells the redactor of every secret in a value: whatever is written from here on, by whomever, must not show them. */
export function knowSecrets(redactor: Redactor, value: unknown): void {
  if (value instanceof Secret) redactor.know(value);
  else if (Array.isArray(value)) for (const item of value) knowSecrets(redactor, item);
  else if (isObject(value)) for (const member of Object.values(value)) knowSecrets(redactor, member);
}
