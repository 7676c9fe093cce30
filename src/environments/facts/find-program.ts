import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Secret } from '../../secret.ts';

/** Where programs mostly are, for a service that was given no `PATH`. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the programs of runtimes are looked for. @param variables of the configuration, which win */
export function searchPath(
  environment: Readonly<Record<string, string | undefined>>,
  variables: Readonly<Record<string, Secret>> = {},
): string {
  return String(variables.PATH?.reveal() ?? '') || environment.PATH || usualPath;
}

/**
 * Where a program can be that a runtime calls by its name, looked for in `path`, or by an absolute path: in the order in
 * which a system tries them, which passes over what it may not run. Empty where there is none that this process can run,
 * and for what is relative to a pack.
 */
export function findPrograms(binary: string, path: string): readonly string[] {
  if (isAbsolute(binary)) return isRunnable(binary) ? [binary] : [];
  if (binary === '' || binary.includes('/')) return [];
  const places = path.split(delimiter).filter((directory) => isAbsolute(directory));
  return places.map((directory) => join(directory, binary)).filter(isRunnable);
}

/** A file, or a link to one, that this process may run. */
export function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
