import { Ajv } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';

/** Checks what is sent: a query is text that stands for values, a body is taken as it is written. */
export function checkRequests(): FastifySchemaCompiler<Readonly<Record<string, unknown>>> {
  const text = new Ajv({ coerceTypes: 'array', useDefaults: true, allErrors: true });
  const body = new Ajv({ useDefaults: true, allErrors: true });
  for (const ajv of [text, body]) ajv.addFormat('date-time', isTime);
  return ({ schema, httpPart }) => (httpPart === 'body' ? body : text).compile(schema);
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d(?:T|$)/.test(text) && !Number.isNaN(Date.parse(text));
}
