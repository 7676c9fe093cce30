import type { Redactor } from '../redactor.ts';

/**
 * Answers as the verbs write theirs with `--output json`, and as they do past the redactor. Lines are broken, because
 * a redactor that looks for passwords in URLs takes what has no blank for one word.
 */
export function showJson(redactor: Redactor): (data: unknown) => string {
  return (data) => `${redactor.redact(JSON.stringify(data, null, 2))}\n`;
}
