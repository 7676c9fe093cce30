import { describeExpected, describeValue, isSecretPath, namePath, sourceOf } from './describe-value.ts';
import { nearest } from './nearest.ts';
import type { Path, YamlDocument } from './read-yaml.ts';
import type { SchemaError, SchemaNode } from './schema-error.ts';

/** What is wrong, in one sentence, and where it should be shown. */
export interface Explained {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly path: Path;
  readonly part: 'key' | 'value';
}

type Explain = (error: SchemaError, document: YamlDocument) => Omit<Explained, 'path' | 'part'> & Partial<Explained>;

const explainers: Readonly<Record<string, Explain>> = {
  type: explainType,
  required: explainRequired,
  dependentRequired: ({ path, params }) => ({
    code: 'missing-key',
    message: `${namePath([...path, String(params.property)])} needs ${params.missingProperty} beside it.`,
    path: [...path, String(params.property)],
    part: 'key',
  }),
  additionalProperties: explainUnknown,
  unevaluatedProperties: explainUnknown,
  enum: explainChoice,
  const: explainChoice,
  pattern: explainPattern,
  minimum: (error, document) => explainRange(error, document, 'at least'),
  maximum: (error, document) => explainRange(error, document, 'at most'),
  exclusiveMinimum: (error, document) => explainRange(error, document, 'more than'),
  exclusiveMaximum: (error, document) => explainRange(error, document, 'less than'),
  minItems: explainEmpty,
  minProperties: explainEmpty,
  minLength: explainEmpty,
  maxLength: ({ path, params }) => ({
    code: 'out-of-range',
    message: `${namePath(path)} is longer than ${params.limit} characters.`,
  }),
  uniqueItems: ({ path, params }) => ({
    code: 'duplicate-item',
    message: `${namePath(path)} has the same item twice.`,
    path: [...path, Math.max(Number(params.i), Number(params.j))],
  }),
  not: ({ path, schema }) => ({
    code: schema.errorCode ?? 'not-allowed',
    message: `${namePath(path)} ${schema.errorMessage ?? 'is not allowed here'}.`,
    part: schema.errorCode === undefined ? 'value' : 'key',
  }),
  exclusive: explainExclusive,
};

/** An error of the schema validator in the words of someone who writes the file. */
export function explainError(error: SchemaError, document: YamlDocument): Explained {
  const explained = explainers[error.keyword]?.(error, document) ?? {
    code: 'invalid-value',
    message: `${namePath(error.path)} is ${describeValue(document, error.path, error.data)}, which is not allowed here.`,
  };
  return { path: error.path, part: 'value', ...explained };
}

function explainType(error: SchemaError, document: YamlDocument) {
  const { path, data, schema } = error;
  const name = namePath(path);
  // Quoted it would be none of the choices either.
  if (schema.enum !== undefined) return explainChoice(error, document);
  const seen = describeValue(document, path, data);
  const wrong = { code: 'wrong-type', message: `${name} is ${seen}; ${describeExpected(schema)} is expected.` };
  const isScalar = data === null || typeof data !== 'object';
  const written = sourceOf(document, path, data);
  const member = schema.type === 'object' ? memberOf(schema, data) : undefined;
  if (member !== undefined) return withHint(wrong, `Write ${path.at(-1) ?? 'it'}: { ${member}: ${data} }`);
  if (data === null && schema.type === 'object') return withHint(wrong, 'Add keys below it, or leave it out.');
  if (schema.type !== 'string' || !isScalar || written === '') return withHint(wrong, exampleOf(schema));
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(written)) {
    const wanted = schema.patternErrorMessage === undefined ? '' : `; it ${schema.patternErrorMessage}`;
    return withHint({ code: 'wrong-type', message: `${name} is ${seen}${wanted}.` }, exampleOf(schema));
  }
  const message = `${name} is ${seen === 'empty' ? `the value ${written}` : seen} to YAML; text is expected.`;
  return withHint({ code: 'wrong-type', message }, isSecretPath(path) ? 'Quote it.' : `Quote it: "${written}".`);
}

function explainRequired({ path, params, schema }: SchemaError) {
  const missing = String(params.missingProperty);
  const member = schema.properties?.[missing];
  const example = member?.const ?? member?.examples?.[0];
  const isShort = example !== undefined && typeof example !== 'object';
  const message = `${namePath([...path, missing])} is missing.`;
  return withHint(
    { code: 'missing-key', message, path: [...path, missing], part: 'key' as const },
    isShort ? `Add it, for example: ${missing}: ${example}` : member?.description?.split('. ')[0],
  );
}

function explainUnknown({ path, params, schema }: SchemaError) {
  const unknown = String(params.additionalProperty ?? params.unevaluatedProperty);
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(unknown, known);
  const place = path.length === 0 ? 'here' : `in ${namePath(path)}`;
  return withHint(
    {
      code: 'unknown-key',
      message: `The key ${unknown} is not known ${place}.`,
      path: [...path, unknown],
      part: 'key' as const,
    },
    meant === undefined ? `Known ${place}: ${known.join(', ')}.` : `Did you mean ${meant}?`,
  );
}

function explainChoice({ path, data, schema }: SchemaError, document: YamlDocument) {
  const message = `${namePath(path)} is ${describeValue(document, path, data)}; ${describeExpected(schema)} is expected.`;
  return withHint({ code: 'not-allowed', message }, hintAtChoice(data, schema));
}

/** What is like one of the choices, or what they mean where the schema says it of each. */
function hintAtChoice(data: unknown, { enum: choices, const: only, description }: SchemaNode): string | undefined {
  const words = (choices ?? [only]).map(String);
  const meant = typeof data === 'string' ? nearest(data, words) : undefined;
  if (meant !== undefined) return `Did you mean ${meant}?`;
  if (data === false && words.includes('off')) return 'Write off, without quotes: to YAML 1.2 it is a word.';
  return words.every((word) => description?.includes(` ${word}: `)) ? description : undefined;
}

/** The key of a map that a value given in its place belongs to. */
function memberOf({ properties = {} }: SchemaNode, data: unknown): string | undefined {
  return Object.keys(properties).find((key) => properties[key]?.enum?.includes(data));
}

function explainPattern({ path, schema, propertyName }: SchemaError) {
  const wanted = schema.patternErrorMessage ?? `must match ${schema.pattern}`;
  if (propertyName === undefined) {
    return withHint({ code: 'wrong-format', message: `${namePath(path)} ${wanted}.` }, exampleOf(schema));
  }
  const message = `The key ${propertyName} in ${namePath(path)} ${wanted}.`;
  return withHint(
    { code: 'wrong-format', message, path: [...path, propertyName], part: 'key' as const },
    exampleOf(schema),
  );
}

function explainRange({ path, data, params }: SchemaError, document: YamlDocument, relation: string) {
  const seen = describeValue(document, path, data);
  return { code: 'out-of-range', message: `${namePath(path)} is ${seen}; ${relation} ${params.limit} is expected.` };
}

function explainEmpty({ path, params, keyword, schema }: SchemaError) {
  const noun = { minItems: 'item', minProperties: 'key', minLength: 'character' }[keyword] ?? 'item';
  const limit = Number(params.limit);
  const message =
    limit === 1
      ? `${namePath(path)} is empty; at least one ${noun} is expected.`
      : `${namePath(path)} needs at least ${limit} ${noun}s.`;
  return withHint({ code: 'out-of-range', message }, exampleOf(schema));
}

function explainExclusive({ path, params, schema }: SchemaError) {
  const isOffered = (key: string) => schema.properties?.[key]?.errorCode !== 'not-supported';
  const keys = (params.keys as readonly string[]).filter(isOffered);
  const present = params.present as readonly string[];
  const name = namePath(path);
  const [first, second] = present;
  if (first === undefined) {
    return { code: 'missing-key', message: `${name} needs one of ${keys.join(', ')}.`, part: 'key' as const };
  }
  const message = `${name} has ${present.join(' and ')}; exactly one of ${keys.join(', ')} is expected.`;
  return { code: 'conflicting-keys', message, path: [...path, second ?? first], part: 'key' as const };
}

function exampleOf(schema: SchemaNode): string | undefined {
  const example = schema.examples?.[0];
  return example === undefined || typeof example === 'object' ? undefined : `For example: ${example}`;
}

function withHint<T extends object>(explained: T, hint: string | undefined): T & { readonly hint?: string } {
  return hint === undefined ? explained : { ...explained, hint };
}
