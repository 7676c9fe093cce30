import { isObject, type Json } from '../../json.ts';
import { nearest } from '../../yaml/nearest.ts';
import { addError, type Findings, type Place } from './findings.ts';
import type { Field, FieldType } from './format.ts';

const expected: Readonly<Record<FieldType, string>> = {
  text: 'text',
  texts: 'a list of texts',
  boolean: 'true or false',
  integer: 'a whole number',
  mapping: 'a mapping',
  list: 'a list',
  structure: 'a mapping or a list',
  any: 'anything',
};
const largestInteger = 2 ** 31 - 1;
/** Postgres indexes texts of lists, and its index entries have a limit near this. */
const longestItem = 1000;

/** The value where the field may hold it, else undefined and a problem. One text alone becomes a list for `texts`. */
export function checkValue(field: Field, value: Json, place: Place, findings: Findings): Json | undefined {
  const single = field.type === 'texts' && typeof value === 'string' ? [value] : value;
  if (!isOfType(field.type, single)) {
    reportType(field, expected[field.type], value, place, findings);
    return undefined;
  }
  if (field.type === 'texts') return checkItems(field, single as readonly Json[], place, findings);
  const fault = faultOf(field, single);
  if (fault === undefined) return single;
  addError(findings, 'invalid-value', `\`${field.name}\` ${fault.message}`, place, fault.hint);
  return undefined;
}

function isOfType(type: FieldType, value: Json): boolean {
  if (type === 'any') return true;
  if (type === 'text') return typeof value === 'string';
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isInteger(value) && Math.abs(value as number) <= largestInteger;
  if (type === 'mapping') return isObject(value);
  return Array.isArray(value) || (type === 'structure' && isObject(value));
}

function checkItems(field: Field, items: readonly Json[], place: Place, findings: Findings): Json | undefined {
  let isSound = true;
  for (const [index, item] of items.entries()) {
    const at = { document: place.document, path: [...place.path, index] };
    if (typeof item !== 'string') reportType(field, 'a list of texts', item, at, findings);
    else if (Buffer.byteLength(item) > longestItem) {
      addError(findings, 'invalid-value', `\`${field.name}\` has a text longer than ${longestItem} bytes.`, at);
    } else continue;
    isSound = false;
  }
  return isSound ? items : undefined;
}

function faultOf(field: Field, value: Json): { message: string; hint: { hint?: string } } | undefined {
  const { oneOf, minimum, longest } = field;
  if (oneOf !== undefined && typeof value === 'string' && !oneOf.includes(value)) {
    const meant = nearest(value, oneOf);
    return {
      message: `is ${JSON.stringify(value)}, but must be one of ${oneOf.join(', ')}.`,
      hint: meant === undefined ? {} : { hint: `Did you mean ${meant}?` },
    };
  }
  if (minimum !== undefined && (value as number) < minimum) {
    return { message: `is ${String(value)}, but must be at least ${minimum}.`, hint: {} };
  }
  if (longest !== undefined && typeof value === 'string' && [...value].length > longest) {
    return { message: `is longer than ${longest} characters.`, hint: {} };
  }
  return undefined;
}

function reportType(field: Field, wanted: string, value: Json, place: Place, findings: Findings): void {
  const source = place.document.source(place.path);
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const shown = isBare && source !== undefined ? `${source}, ${nameOf(value)}` : nameOf(value);
  const wantsText = field.type === 'text' || field.type === 'texts';
  const hint = wantsText && isBare && source !== undefined ? { hint: `Quote it: "${source}".` } : {};
  addError(findings, 'wrong-type', `\`${field.name}\` must be ${wanted}, and this is ${shown}.`, place, hint);
}

function nameOf(value: Json): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : 'true or false';
}
