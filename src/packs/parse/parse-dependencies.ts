import { isObject, type Json } from '../../json.ts';
import { packRefPattern } from '../fields/check-ref.ts';
import { addError, type Findings, type Place } from '../fields/findings.ts';

export interface Dependencies {
  /** `ref` or `ref@constraint`, as Attune's column holds them. */
  readonly texts: readonly string[];
  readonly refs: readonly string[];
}

/** Dependencies in every form packs use: texts, `{ref, version}`, or a mapping of refs to constraints. */
export function parseDependencies(value: Json, own: string | null, place: Place, findings: Findings): Dependencies {
  const entries = listEntries(value, place);
  if (entries === undefined) {
    addError(findings, 'wrong-type', '`dependencies` must be a list or a mapping.', place);
    return { texts: [], refs: [] };
  }
  const texts = new Set<string>();
  const refs = new Set<string>();
  for (const { ref, constraint, at } of entries) {
    const fault = faultOf(ref, constraint, own);
    if (fault !== undefined) {
      const source = at.document.source(at.path);
      const isBare = typeof constraint === 'number' && source !== undefined;
      addError(findings, 'invalid-dependency', fault, at, isBare ? { hint: `Quote it: "${source}".` } : {});
    } else if (typeof ref === 'string') {
      refs.add(ref);
      texts.add(typeof constraint === 'string' && !['', '*'].includes(constraint) ? `${ref}@${constraint}` : ref);
    }
  }
  return { texts: [...texts], refs: [...refs] };
}

interface Entry {
  readonly ref: Json | undefined;
  readonly constraint: Json | undefined;
  readonly at: Place;
}

function listEntries(value: Json, { document, path }: Place): Entry[] | undefined {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item, index) => listItem(item, { document, path: [...path, index] }));
  }
  return isObject(value) ? mappingEntries(value as Readonly<Record<string, Json>>, { document, path }) : undefined;
}

function listItem(item: Json, at: Place): Entry[] {
  if (typeof item === 'string') {
    const sign = item.indexOf('@');
    if (sign === -1) return [{ ref: item, constraint: null, at }];
    return [{ ref: item.slice(0, sign), constraint: item.slice(sign + 1), at }];
  }
  if (!isObject(item)) return [{ ref: item, constraint: null, at }];
  const mapping = item as Readonly<Record<string, Json>>;
  if (!Object.hasOwn(mapping, 'ref')) return mappingEntries(mapping, at);
  return [{ ref: mapping.ref, constraint: mapping.version ?? mapping.constraint, at }];
}

function mappingEntries(mapping: Readonly<Record<string, Json>>, { document, path }: Place): Entry[] {
  return Object.entries(mapping).map(([ref, value]) => ({
    ref,
    constraint: isObject(value) ? (value as Readonly<Record<string, Json>>).version : value,
    at: { document, path: [...path, ref] },
  }));
}

function faultOf(ref: Json | undefined, constraint: Json | undefined, own: string | null): string | undefined {
  if (typeof ref !== 'string' || !packRefPattern.test(ref)) {
    return `${JSON.stringify(ref ?? null)} is not the ref of a pack.`;
  }
  if (ref === own) return 'A pack cannot depend on itself.';
  if (constraint === undefined || constraint === null || typeof constraint === 'string') return undefined;
  return `The constraint on ${ref} must be text.`;
}
