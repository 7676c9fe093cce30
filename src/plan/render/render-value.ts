import { isObject, type Json, type JsonObject } from '../../json.ts';
import { isSecretName } from '../../secret.ts';
import { printable } from '../../text/printable.ts';

const masked = '(secret)';
const digest = /^secret:[0-9a-f]{12}$/;
/** What a schema's property may say that is a value and not a description of one. */
const schemaValues = new Set(['default', 'const', 'enum', 'example', 'examples']);

const shownCharacters = 1000;

/** A value in one line, a very long one cut with how much is left out. Strings stand in quotes, so that an empty one or a blank at its end can be seen. */
export function formatValue(value: Json | undefined): string {
  if (value === undefined || value === null) return '(none)';
  if (typeof value === 'string' && digest.test(value)) return value;
  const text = spacedJson(value);
  const hidden = text.length - shownCharacters;
  return hidden > 0 ? `${printable(text.slice(0, shownCharacters))}… (${hidden} more characters)` : printable(text);
}

/** JSON with a blank after commas and colons, where a long line may break. Line breaks inside strings are escaped. */
function spacedJson(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  return JSON.stringify(value, null, 1)
    .replace(/([[{])\n */g, '$1')
    .replace(/\n *([\]}])/g, '$1')
    .replace(/\n */g, ' ');
}

/**
 * The value without what a key's name makes a secret, at any depth. In a schema (`conf_schema`, `param_schema`,
 * `out_schema`) the keys name parameters: their descriptions stay readable, only defaults and examples are masked.
 */
export function maskField(field: string, value: Json): Json {
  const key = field.startsWith('config.') ? field.slice('config.'.length) : field;
  if (isSecretName(key)) return maskAll(value);
  return field.endsWith('_schema') ? maskSchema(value) : maskMembers(value);
}

function maskMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => maskMembers(item));
  if (!isObject(value)) return value;
  return mapMembers(value as JsonObject, (key, member) => (isSecretName(key) ? maskAll(member) : maskMembers(member)));
}

function maskSchema(value: Json, secret = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => maskSchema(item, secret));
  if (!isObject(value)) return value;
  const hidden = secret || value.secret === true;
  return mapMembers(value as JsonObject, (key, member) =>
    hidden && schemaValues.has(key) ? maskAll(member) : maskSchema(member, hidden || isSecretName(key)),
  );
}

/** Every scalar masked; the digests that stand for secrets stay, since they tell whether one changed. */
function maskAll(value: Json): Json {
  if (value === null || (typeof value === 'string' && digest.test(value))) return value;
  if (Array.isArray(value)) return value.map(maskAll);
  if (isObject(value)) return mapMembers(value as JsonObject, (_key, member) => maskAll(member));
  return masked;
}

function mapMembers(value: JsonObject, map: (key: string, member: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(key, member)]));
}
