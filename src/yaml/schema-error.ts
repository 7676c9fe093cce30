import type { ErrorObject } from 'ajv';
import { isObject, type Json } from '../json.ts';
import type { Path } from './read-yaml.ts';

/** The keywords of our schemas that a message needs. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternErrorMessage?: string;
  readonly errorMessage?: string;
  readonly errorCode?: string;
}

/** An error of the schema validator, with what messages are made of. */
export interface SchemaError {
  readonly keyword: string;
  readonly path: Path;
  readonly data: unknown;
  readonly schema: SchemaNode;
  readonly params: Readonly<Record<string, unknown>>;
  /** The key that is meant, where the error is about a key's name. */
  readonly propertyName?: string;
}

/** `root` is the value that was checked; without it a path could not tell keys from indexes. */
export function readError(error: ErrorObject, root: Json): SchemaError {
  return {
    keyword: error.keyword,
    path: readPointer(error.instancePath, root),
    data: error.data,
    schema: (error.parentSchema ?? {}) as SchemaNode,
    params: error.params as Readonly<Record<string, unknown>>,
    ...(error.propertyName === undefined ? {} : { propertyName: error.propertyName }),
  };
}

/** A JSON Pointer does not say whether a step is a key or an index; the value does. */
function readPointer(pointer: string, root: Json): Path {
  const path: (string | number)[] = [];
  let value: unknown = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = isObject(value) || Array.isArray(value) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  return path;
}
