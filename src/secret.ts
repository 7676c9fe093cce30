import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { canonicalJson, isObject, type Json, type JsonObject } from './json.ts';

/**
 * A value that must reach no output. It prints, inspects and serialises as a placeholder;
 * only `reveal` gives the plain value, and only the single write of `pack.config` (and what
 * connects to a database or a remote) may call it.
 */
export class Secret {
  readonly #value: Json;

  constructor(value: Json) {
    this.#value = value;
  }

  reveal(): Json {
    return this.#value;
  }

  /** `secret:<12 hex>`: equal for equal values under one key, and of no use without the key. */
  digest(key: string): string {
    const hmac = createHmac('sha256', key).update(canonicalJson(this.#value)).digest('hex');
    return `secret:${hmac.slice(0, 12)}`;
  }

  toString(): string {
    return '(secret)';
  }

  toJSON(): string {
    return '(secret)';
  }

  [inspect.custom](): string {
    return '(secret)';
  }
}

/** JSON in which some values are secret. */
export type Concealed = null | boolean | number | string | Secret | readonly Concealed[] | ConcealedObject;

export interface ConcealedObject {
  readonly [key: string]: Concealed;
}

/** Names whose values are taken for secrets wherever they stand (design §5). */
const secretName = /password|passwd|passphrase|token|secret|credential|private[_-]?key|api[_-]?key/i;

/** True where a key's name alone makes its value a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * Wraps every value that a schema marks `secret: true`, or whose key's name says so, at any depth (but see `isSecret`).
 * Both schema styles of packs are understood: flat, and JSON Schema with `properties`.
 */
export function conceal(value: Json, schema: Json = null, name = ''): Concealed {
  if (value === null) return null;
  if (isSecret(value, schema, name)) return new Secret(value);
  if (Array.isArray(value)) {
    const items = isObject(schema) ? ((schema.items as Json | undefined) ?? null) : null;
    return value.map((item) => conceal(item, items));
  }
  if (!isObject(value)) return value as Concealed;
  const members = isObject(schema) ? (isObject(schema.properties) ? schema.properties : schema) : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      conceal(member as Json, ((members as Record<string, unknown>)[key] as Json | undefined) ?? null, key),
    ]),
  );
}

/**
 * A number or a switch that its schema declares as one, and not as secret, only has such a name (`token_age_seconds`):
 * taken for a secret, it would be blotted out of every text that happens to hold that number.
 */
function isSecret(value: Json, schema: Json, name: string): boolean {
  const { secret, type } = isObject(schema) ? (schema as JsonObject) : {};
  if (secret === true) return true;
  const isPlain =
    (typeof value === 'number' && (type === 'integer' || type === 'number')) ||
    (typeof value === 'boolean' && type === 'boolean');
  return isSecretName(name) && !isPlain;
}

/** The value with every secret as its keyed digest: what plans, inventory, history and logs hold. */
export function maskSecrets(value: Concealed, key: string): Json {
  if (value instanceof Secret) return value.digest(key);
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item as Concealed, key));
  if (!isObject(value)) return value as Json;
  return mapMembers(value as ConcealedObject, (member) => maskSecrets(member, key));
}

/** The plain value, for the single write of `pack.config`. */
export function revealSecrets(value: Concealed): Json {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map((item) => revealSecrets(item as Concealed));
  if (!isObject(value)) return value as Json;
  return mapMembers(value as ConcealedObject, revealSecrets);
}

function mapMembers(value: ConcealedObject, map: (member: Concealed) => Json): Json {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(member)]));
}

const digestText = /^secret:[0-9a-f]{12}$/;

/**
 * Wraps what `shape` knows to be secret: a Secret or a recorded digest at the same place. A value that came from
 * `fromEnv` has no telling name or schema; once it is a row in Postgres only its counterpart tells.
 */
export function concealLike(value: Concealed, shape: Concealed | undefined): Concealed {
  if (value === null || value instanceof Secret || shape === undefined || shape === null) return value;
  if (shape instanceof Secret || (typeof shape === 'string' && digestText.test(shape))) {
    return new Secret(revealSecrets(value));
  }
  if (Array.isArray(value)) {
    return Array.isArray(shape) ? value.map((item, index) => concealLike(item as Concealed, shape[index])) : value;
  }
  if (!isObject(value) || !isObject(shape)) return value;
  return Object.fromEntries(
    Object.entries(value as ConcealedObject).map(([key, member]) => [
      key,
      concealLike(member, (shape as ConcealedObject)[key]),
    ]),
  );
}
