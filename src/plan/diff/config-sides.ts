import type { Override } from '../../actual/actual.ts';
import { equalJson, isObject, type Json } from '../../json.ts';
import { type Concealed, conceal, concealLike, maskSecrets, revealSecrets, Secret } from '../../secret.ts';
import { overrideKey, type PackScope } from '../pack-scope.ts';

/** What every side says of one key of `pack.config`; undefined where it says nothing. */
export interface KeySides {
  readonly key: string;
  readonly document: Concealed | undefined;
  readonly content: Concealed | undefined;
  readonly actual: Concealed | undefined;
  /** As recorded: secrets as digests. */
  readonly last: Json | undefined;
  readonly override: Json | undefined;
  /** The override as the inventory has it. */
  readonly theirs: Override | undefined;
  /** The row of the pack is another than the one the override was seen in, or there is none: nobody set what it holds. */
  readonly reset: boolean;
  /** The document decided it when we last wrote. */
  readonly wasDocument: boolean;
}

/** A value of which neither the pack nor a document says anything may be a secret. */
const unknownShape = new Secret(null);

/** Every value is wrapped wherever any side knows it for a secret. */
export function sidesOf(key: string, { wanted, installed, recorded, overrides }: PackScope): KeySides {
  const schema = schemaOf(key, wanted.content.columns.conf_schema ?? null);
  const last = own(recorded?.config, key);
  const theirs = overrides.get(overrideKey({ kind: 'pack', ref: wanted.ref, field: key }));
  const override = theirs?.value;
  const hide = (value: Concealed | undefined, ...shapes: (Concealed | undefined)[]) =>
    value === undefined
      ? undefined
      : [conceal(revealSecrets(value), schema, key), ...shapes].reduce<Concealed>(concealLike, value);
  const document = hide(own(wanted.document.config, key));
  const content = hide(own(wanted.content.config, key));
  const unknown = document === undefined && content === undefined && schema === null;
  const shape = unknown ? unknownShape : undefined;
  const actual = hide(own(installed?.config, key), shape, document, last, override);
  const wasDocument = recorded?.documentKeys.includes(key) === true;
  const reset = installed === undefined || (theirs?.packId !== undefined && theirs.packId !== installed.id);
  return { key, document, content, actual, last, override, theirs, reset, wasDocument };
}

function schemaOf(key: string, schema: Json): Json {
  const members = isObject(schema) && isObject(schema.properties) ? schema.properties : schema;
  return (own(isObject(members) ? members : {}, key) as Json | undefined) ?? null;
}

/** Secrets are compared by their values. */
export function equalConcealed(one: Concealed, other: Concealed): boolean {
  return equalJson(revealSecrets(one), revealSecrets(other));
}

/** Equal to a recorded value, which holds digests where secrets were when it was recorded. */
export function isRecorded(value: Concealed, recorded: Json, { actual }: Pick<PackScope, 'actual'>): boolean {
  return equalJson(maskSecrets(concealLike(revealSecrets(value), recorded), actual.secretKey), recorded);
}

/** Keys are people's own: one called `constructor` must not find what every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
