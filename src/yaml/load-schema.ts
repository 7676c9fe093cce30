import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** A JSON Schema that ships with the program, `schemas/<name>.schema.json`; read once. */
export function loadSchema(name: 'config' | 'desired' | 'saved-plan'): object {
  return load(`../../schemas/${name}.schema.json`) as object;
}
