import { posix } from 'node:path';
import { isObject, type Json } from '../json.ts';
import { environmentNameFault } from '../packs/environment-name.ts';
import type { RuntimeConfig } from './environment.ts';

export interface ReadConfig {
  readonly config: RuntimeConfig;
  /** Why no environment can be built by it, without a full stop; null where one can. */
  readonly fault: string | null;
}

/** What Attune calls an environment where its runtime does not. */
const defaultDirectory = '.venv';

/**
 * Reads an `execution_config`. What is of a wrong type, or would be built where it must not, is a fault: the reading of a
 * pack refuses it, but rows can hold anything.
 */
export function parseRuntimeConfig(value: Json): ReadConfig {
  const whole = sectionOf(value);
  const faults: string[] = [];
  const interpreter = sectionOf(whole.interpreter);
  const environment = sectionOf(whole.environment);
  const dependencies = sectionOf(whole.dependencies);
  const text = (section: Section, field: string) => textOf(section, field, faults);
  const list = (section: Section, field: string) => listOf(section, field, faults);
  const binary = text(interpreter, 'binary');
  const type = text(environment, 'env_type');
  const directory = text(environment, 'dir_name') ?? defaultDirectory;
  const manifest = text(dependencies, 'manifest_file');
  const hasEnvironment = isObject(whole.environment) && type !== 'none';
  const nameFault = hasEnvironment ? environmentNameFault(directory) : undefined;
  if (nameFault !== undefined) faults.push(`dir_name ${JSON.stringify(directory)} ${nameFault}`);
  if (manifest !== null && !isInside(manifest))
    faults.push(`manifest_file ${JSON.stringify(manifest)} leads out of the pack`);
  return {
    config: {
      interpreter: binary === null || nativeBinaries.has(binary) ? null : { binary, args: list(interpreter, 'args') },
      environment: hasEnvironment
        ? {
            type: type ?? '',
            directory,
            create: list(environment, 'create_command'),
            interpreterPath: text(environment, 'interpreter_path'),
          }
        : null,
      dependencies: manifest === null ? null : { manifest, install: list(dependencies, 'install_command') },
    },
    fault: faults[0] ?? null,
  };
}

/** Attune runs the entry file itself. */
const nativeBinaries: ReadonlySet<string> = new Set(['', 'native', 'none']);

type Section = Readonly<Record<string, unknown>>;

function sectionOf(value: unknown): Section {
  return isObject(value) ? value : {};
}

function textOf(section: Section, field: string, faults: string[]): string | null {
  const value = section[field] ?? null;
  if (value === null || typeof value === 'string') return value;
  faults.push(`${field} is no text`);
  return null;
}

function listOf(section: Section, field: string, faults: string[]): readonly string[] {
  const value = section[field] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  faults.push(`${field} is no list of texts`);
  return [];
}

function isInside(path: string): boolean {
  const normal = posix.normalize(path);
  return path !== '' && !posix.isAbsolute(path) && normal !== '.' && normal !== '..' && !normal.startsWith('../');
}
