/** A JSON Schema of the draft that OpenAPI 3.1 uses. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const truth: Schema = { type: 'boolean' };
export const time: Schema = { type: 'string', format: 'date-time' };
/** `formatVersion`: keys are only ever added under one. */
export const formatVersion: Schema = { type: 'integer', const: 1 };

export function orNull(schema: Schema): Schema {
  return typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

/** What others look up in the components of the document. */
export function shared(name: string): Schema {
  return { $ref: `${name}#` };
}

/** Every key is required but those of `optional`. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } };
}
