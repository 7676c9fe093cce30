import { isObject } from '../json.ts';
import { isSecretName } from '../secret.ts';
import type { Path, YamlDocument } from './read-yaml.ts';
import type { SchemaNode } from './schema-error.ts';
import { typeNouns } from './type-nouns.ts';

const urlCredentials = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;

/** A path as people write it: `desiredState[0].git.url`; the whole document has a name of its own. */
export function namePath(path: Path): string {
  if (path.length === 0) return 'The document';
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

/** What stands at a path, as written there; of secrets only the kind. */
export function describeValue(document: YamlDocument, path: Path, value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a map';
  const kind = typeof value === 'string' ? 'the text' : typeof value === 'number' ? 'the number' : 'the value';
  if (isSecretPath(path)) return typeof value === 'string' ? 'text' : `a ${typeof value}`;
  const written = sourceOf(document, path, value);
  return `${kind} ${typeof value === 'string' ? JSON.stringify(written) : written}`;
}

/** The scalar at a path as written, short, and without credentials in a URL. */
export function sourceOf(document: YamlDocument, path: Path, value: unknown): string {
  const written = (document.source(path) ?? String(value)).replace(urlCredentials, '$1(secret)@');
  return written.length > 60 ? `${written.slice(0, 59)}…` : written;
}

/** True where a value, or what it is part of, bears the name of a secret. */
export function isSecretPath(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && isSecretName(step));
}

/** What a schema wants, as a noun: `text`, `a whole number`, `one of https, ssh`. */
export function describeExpected({ type, enum: choices, const: only }: SchemaNode): string {
  if (only !== undefined) return String(only);
  if (choices !== undefined) return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`;
  const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
  return types.map((name) => typeNouns[name] ?? name).join(' or ') || 'another value';
}
