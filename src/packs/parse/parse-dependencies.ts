import { isObject, type Json } from '../../json.ts';
import type { Dependency } from '../content.ts';
import { packRefPattern } from '../fields/check-ref.ts';
import { addError, type Findings, type Place } from '../fields/findings.ts';
import { parseConstraint } from '../versions/parse-constraint.ts';

export interface Dependencies {
  /** `ref` or `ref@constraint`, as Attune's column holds them. */
  readonly texts: readonly string[];
  readonly dependencies: readonly Dependency[];
}

/** Dependencies in every form packs use: texts, `{ref, version}`, or a mapping of refs to constraints. */
export function parseDependencies(value: Json, own: string | null, place: Place, findings: Findings): Dependencies {
  const entries = listEntries(value, place);
  if (entries === undefined) {
    addError(findings, 'wrong-type', '`dependencies` must be a list or a mapping.', place);
    return { texts: [], dependencies: [] };
  }
  const found = new Map<string, Dependency>();
  for (const { ref, constraint, at } of entries) {
    const fault = faultOf(ref, constraint, own);
    if (fault !== undefined) {
      const source = at.document.source(at.path);
      const isBare = typeof constraint === 'number' && source !== undefined;
      addError(findings, 'invalid-dependency', fault, at, isBare ? { hint: `Quote it: "${source}".` } : {});
    } else if (typeof ref === 'string') {
      const dependency = readDependency(ref, typeof constraint === 'string' ? constraint : '');
      const text = dependency.constraint === null ? ref : `${ref}@${dependency.constraint}`;
      if (!found.has(text)) found.set(text, { ...dependency, where: at.document.position(at.path) });
    }
  }
  return { texts: [...found.keys()], dependencies: [...found.values()] };
}

/** What Attune's column holds of one dependency. What it says may be no constraint at all: nobody checked it. */
export function parseDependency(text: string): Dependency {
  const sign = text.indexOf('@');
  return sign === -1 ? readDependency(text.trim(), '') : readDependency(text.slice(0, sign), text.slice(sign + 1));
}

function readDependency(ref: string, constraint: string): Dependency {
  const wanted = constraint.trim();
  return { ref, constraint: ['', '*'].includes(wanted) ? null : wanted };
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
  if (constraint === undefined || constraint === null) return undefined;
  if (typeof constraint !== 'string') return `The constraint on ${ref} must be text.`;
  if (constraint.trim() === '' || parseConstraint(constraint, 'exact') !== undefined) return undefined;
  return `${JSON.stringify(constraint)} is no constraint on the version of ${ref}; write for example ^1.2, or >=1.2, <3.`;
}
