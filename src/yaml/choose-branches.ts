import type { ErrorObject } from 'ajv';
import { isObject } from '../json.ts';

interface Branch {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
}

const needs = (branch: Branch): readonly string[] | undefined =>
  branch.required !== undefined && Object.keys(branch).every((key) => key === 'required') ? branch.required : undefined;

/**
 * Where a schema offers alternatives, the validator reports every alternative's errors. Keeps those of the one
 * that was most likely meant, or makes one error of them that names the alternatives.
 */
export function chooseBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const outer = errors.find(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  if (outer === undefined) return [...errors];
  const branches = (Array.isArray(outer.schema) ? outer.schema : []) as readonly Branch[];
  const inside = branches.map((branch, index) => errors.filter((error) => belongs(error, outer, branch, index)));
  const taken = new Set([outer, ...inside.flat()]);
  const rest = errors.filter((error) => !taken.has(error));
  return chooseBranches([...rest, ...chooseOne(outer, branches, inside)]);
}

function belongs(error: ErrorObject, outer: ErrorObject, branch: Branch, index: number): boolean {
  if (error === outer || !error.instancePath.startsWith(outer.instancePath)) return false;
  const prefix = branch.$ref ?? `${outer.schemaPath}/${index}`;
  return error.schemaPath === prefix || error.schemaPath.startsWith(`${prefix}/`);
}

function chooseOne(
  outer: ErrorObject,
  branches: readonly Branch[],
  inside: readonly (readonly ErrorObject[])[],
): ErrorObject[] {
  const keys = branches.map(needs);
  if (keys.every((needed) => needed !== undefined)) {
    const data = outer.data;
    // Then the wrong type is an error of its own.
    if (!isObject(data)) return [];
    const names = [...new Set(keys.flat())];
    const present = names.filter((name) => Object.hasOwn(data, name));
    return [{ ...outer, keyword: 'exclusive', params: { keys: names, present } }];
  }
  const fitting = inside.filter((found) => found.length > 0 && !found.some((error) => isTypeError(error, outer)));
  const [fewest] = [...fitting].sort((one, other) => one.length - other.length);
  if (fewest !== undefined) return [...fewest];
  const types = branches.flatMap(({ type }) => type ?? []);
  return [{ ...outer, keyword: 'type', parentSchema: { ...outer.parentSchema, type: types } }];
}

function isTypeError(error: ErrorObject, outer: ErrorObject): boolean {
  return error.keyword === 'type' && error.instancePath === outer.instancePath;
}
