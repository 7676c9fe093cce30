import type { RuntimeConfig } from './environment.ts';

/**
 * Where the interpreter of an environment is, relative to it: `bin/python3`. Null where its runtime names none, or one
 * that is elsewhere.
 */
export function interpreterInside({ environment }: RuntimeConfig): string | null {
  const template = environment?.interpreterPath ?? null;
  if (environment === null || template === null) return null;
  for (const prefix of ['{env_dir}/', `{pack_dir}/${environment.directory}/`]) {
    const rest = template.slice(prefix.length);
    if (template.startsWith(prefix) && rest !== '' && !rest.includes('{') && !rest.split('/').includes('..'))
      return rest;
  }
  return null;
}
