import { nearest } from '../../yaml/nearest.ts';
import type { TestRunner } from '../content.ts';
import { addError, addWarning, type Findings } from '../fields/findings.ts';
import type { Fields } from '../fields/parse-fields.ts';
import { findInside } from '../files/find-inside.ts';

const formats: readonly TestRunner['results'][] = ['simple', 'json'];

/** How results are told; null where it is not said. What is not known is read like `simple`, as Attune does. */
export function readResultFormat(fields: Fields, findings: Findings): TestRunner['results'] | null {
  const given = fields.values.get('result_format');
  if (typeof given !== 'string') return null;
  const known = formats.find((format) => format === given);
  if (known !== undefined) return known;
  const meant = nearest(given, formats);
  const message = `Results of the format ${JSON.stringify(given)} are not known; they are read like \`simple\`.`;
  const hint = meant === undefined ? `The formats are ${formats.join(' and ')}.` : `Did you mean ${meant}?`;
  addWarning(findings, 'test-unusable', message, fields.at('result_format'), { hint });
  return 'simple';
}

/** Where results are written, relative to the pack; null where it is not said, or is no place in it. */
export function readResultPath(fields: Fields, findings: Findings): string | null {
  const given = fields.values.get('result_path');
  if (typeof given !== 'string') return null;
  const found = findInside('', given, new Set());
  if (found.type === 'missing') return found.path.replace(/\/$/, '');
  const message = `\`result_path\` ${JSON.stringify(given)} is no path inside the pack.`;
  addError(findings, 'path-outside-pack', message, fields.at('result_path'));
  return null;
}
