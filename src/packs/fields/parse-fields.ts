import { equalJson, isObject, type Json } from '../../json.ts';
import { nearest } from '../../yaml/nearest.ts';
import { checkValue } from './check-value.ts';
import { addError, addUnstored, addWarning, type Findings, type Place, withArticle } from './findings.ts';
import type { Field, Format } from './format.ts';

/** Unknown fields told one by one; a person fixes the first few, and a hostile file has thousands. */
const mostUnknown = 20;

/** The fields of one mapping, by their own names whatever spelling the file uses; only those that it gives. */
export interface Fields {
  readonly place: Place;
  readonly values: ReadonlyMap<string, Json>;
  /** Where a field's value stands; the mapping itself where it is not given. */
  at(name: string): Place;
}

/**
 * Reads one mapping by its format: aliases, types, allowed values, and every key that is not in the format.
 * A field with a wrong value counts as not given; the problem says so.
 */
export function parseFields(format: Format, place: Place, value: Json, name: string, findings: Findings): Fields {
  const mapping = isObject(value) ? (value as Readonly<Record<string, Json>>) : {};
  const values = new Map<string, Json>();
  const spelt = new Map<string, string>();
  for (const field of format.fields) {
    const spellings = spellingsOf(field, mapping, name);
    const [used] = spellings;
    if (used === undefined) {
      if (field.required !== undefined) reportMissing(format, field, field.required, place, findings);
      continue;
    }
    spelt.set(field.name, used);
    const checked = checkValue(field, mapping[used] ?? null, inside(place, used), findings);
    if (checked !== undefined) values.set(field.name, checked);
    warnOfConflict(field, spellings, mapping, place, findings);
  }
  reportOtherKeys(format, mapping, place, findings);
  return {
    place,
    values,
    at: (fieldName) => inside(place, spelt.get(fieldName)),
  };
}

/** The columns of a component or pack as its fields say, with the defaults for what they do not say. */
export function columnsOf(format: Format, { values }: Pick<Fields, 'values'>, name: string): Record<string, Json> {
  const columns = format.fields.flatMap(({ name: fieldName, column, default: otherwise }) => {
    if (column === undefined) return [];
    const value = values.get(fieldName) ?? (typeof otherwise === 'function' ? otherwise(name) : (otherwise ?? null));
    return [[column, value] as const];
  });
  return Object.fromEntries(columns);
}

function spellingsOf(field: Field, mapping: Readonly<Record<string, Json>>, name: string): string[] {
  return [field.name, ...(field.aliases ?? [])].filter((spelling) => {
    if (!Object.hasOwn(mapping, spelling) || mapping[spelling] === null) return false;
    const isIdentifier = field.aliasMayBeIdentifier === true && spelling !== field.name && mapping[spelling] === name;
    return !isIdentifier;
  });
}

function reportMissing(format: Format, field: Field, code: string, place: Place, findings: Findings): void {
  const aliases = field.aliases?.length ? ` (or \`${field.aliases.join('`, `')}\`)` : '';
  addError(findings, code, `This ${format.noun} has no \`${field.name}\`${aliases}.`, place);
}

function warnOfConflict(
  field: Field,
  spellings: readonly string[],
  mapping: Readonly<Record<string, Json>>,
  place: Place,
  findings: Findings,
): void {
  const [used = field.name, ...others] = spellings;
  for (const other of others) {
    if (equalJson(plain(field, mapping[used] ?? null), plain(field, mapping[other] ?? null))) continue;
    const message = `\`${used}\` and \`${other}\` are two spellings of one field and differ; \`${used}\` is taken.`;
    addWarning(findings, 'alias-conflict', message, inside(place, other), {
      hint: `Remove \`${other}\`.`,
      part: 'key',
    });
  }
}

function plain(field: Field, value: Json): Json {
  return field.type === 'texts' && typeof value === 'string' ? [value] : value;
}

function reportOtherKeys(
  format: Format,
  mapping: Readonly<Record<string, Json>>,
  place: Place,
  findings: Findings,
): void {
  const known = new Set([
    ...format.fields.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
    ...format.elsewhere,
  ]);
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(mapping)) {
    if (known.has(key) || /^(?:x-|_|\.)/.test(key)) continue;
    if (!Object.hasOwn(format.unstored, key)) unknown.push(key);
    else if (!changesNothing(value, format.unstored[key])) {
      addUnstored(findings, format.noun, key, inside(place, key));
    }
  }
  for (const key of unknown.slice(0, mostUnknown)) {
    const meant = nearest(key, [...known, ...Object.keys(format.unstored)]);
    const message = `There is no field \`${key}\` of ${withArticle(format.noun)}; it is left out.`;
    addWarning(findings, 'unknown-field', message, inside(place, key), {
      ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }),
      part: 'key',
    });
  }
  if (unknown.length > mostUnknown) {
    const message = `There are ${unknown.length - mostUnknown} more unknown fields.`;
    addWarning(findings, 'unknown-field', message, place);
  }
}

function changesNothing(value: Json, harmless: Json | undefined): boolean {
  return value === null || (harmless !== undefined && equalJson(value, harmless));
}

function inside(place: Place, key: string | undefined): Place {
  return key === undefined ? place : { document: place.document, path: [...place.path, key] };
}
