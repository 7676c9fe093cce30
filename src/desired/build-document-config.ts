import { posix, resolve } from 'node:path';
import type { Problem } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Concealed, isSecretName, Secret } from '../secret.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { Path, YamlDocument } from '../yaml/read-yaml.ts';
import type { Place } from './desired.ts';
import type { DocumentBase } from './document-base.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file whose text is the value at a path of a document's config. */
export interface SecretFile {
  /** Below `config`. */
  readonly path: Path;
  /** Absolute. */
  readonly file: string;
  readonly place: Place;
}

export interface DocumentConfig {
  readonly config: Readonly<Record<string, Concealed>>;
  readonly secretFiles: readonly SecretFile[];
  readonly places: Readonly<Record<string, Place>>;
  readonly problems: readonly Problem[];
}

interface Building {
  readonly document: YamlDocument;
  readonly directory: string | null;
  readonly environment: Environment;
  readonly secretFiles: SecretFile[];
  readonly places: Record<string, Place>;
  readonly problems: Problem[];
}

/**
 * A document's `config` with `{ fromEnv }` looked up and every secret concealed. What `{ fromFile }` names is
 * only listed: reading it is not for pure code; until then an empty Secret holds its place.
 */
export function buildDocumentConfig(
  config: JsonObject,
  options: { document: YamlDocument; path: string; base: DocumentBase; environment: Environment },
): DocumentConfig {
  const { document, path, base, environment } = options;
  const directory = base.type === 'directory' ? resolve(base.directory, posix.dirname(path)) : null;
  const building: Building = { document, directory, environment, secretFiles: [], places: {}, problems: [] };
  building.places[''] = placeOf(document, ['config']);
  const built = Object.entries(config).map(([key, value]) => [key, build(value, [key], isSecretName(key), building)]);
  const { secretFiles, places, problems } = building;
  return { config: Object.fromEntries(built), secretFiles, places, problems };
}

/** Below a secret's name every scalar is a Secret of its own, so that references deep inside stay possible. */
function build(value: Json, path: Path, secret: boolean, building: Building): Concealed {
  building.places[path.join('.')] = placeOf(building.document, ['config', ...path]);
  if (isReference(value)) return readReference(value as JsonObject, path, building);
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => build(item, [...path, index], secret, building));
  }
  if (isObject(value)) {
    const members = Object.entries(value as JsonObject);
    return Object.fromEntries(
      members.map(([key, member]) => [key, build(member, [...path, key], secret || isSecretName(key), building)]),
    );
  }
  return secret && value !== null ? new Secret(value) : value;
}

function placeOf(document: YamlDocument, path: Path): Place {
  const where = document.position(path, 'key');
  return { where, excerpt: document.excerpt(where) };
}

function isReference(value: Json): boolean {
  return isObject(value) && ('fromEnv' in value || 'fromFile' in value);
}

function readReference(value: JsonObject, path: Path, building: Building): Concealed {
  const keys = Object.keys(value);
  const [key = ''] = keys;
  const name = value[key];
  const at = ['config', ...path, key];
  const refuse = (code: string, message: string, hint?: string) => {
    building.problems.push(problemAt(building.document, at, code, message, { hint }));
    return new Secret('');
  };
  const named = ['config', ...path].join('.');
  if (keys.length > 1) {
    return refuse('conflicting-keys', `${named} has ${keys.join(' and ')}; fromEnv or fromFile stands alone.`);
  }
  if (typeof name !== 'string' || name === '') {
    const hint =
      key === 'fromEnv' ? 'For example: { fromEnv: JIRA_PASSWORD }' : 'For example: { fromFile: /run/secrets/jira }';
    return refuse(
      'wrong-type',
      `${named}.${key} must be ${key === 'fromEnv' ? 'the name of a variable' : 'a path'}.`,
      hint,
    );
  }
  if (key === 'fromFile') return listFile(name, path, building, refuse);
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    return refuse('wrong-format', `${named}.fromEnv must be the name of an environment variable.`);
  }
  const found = Object.hasOwn(building.environment, name) ? building.environment[name] : undefined;
  if (found !== undefined) return new Secret(found);
  const hint = `Set ${name} where attune-sync is started.`;
  return refuse('unset-variable', `The environment variable ${name} is not set.`, hint);
}

function listFile(
  name: string,
  path: Path,
  { document, directory, secretFiles }: Building,
  refuse: (code: string, message: string, hint?: string) => Secret,
): Secret {
  if (directory === null && !name.startsWith('/')) {
    const message = `${['config', ...path].join('.')}.fromFile is a relative path, but this document lies in a git repository.`;
    return refuse('outside-repository', message, 'Write the absolute path of a file on this machine.');
  }
  const where = document.position(['config', ...path, 'fromFile']);
  secretFiles.push({ path, file: resolve(directory ?? '/', name), place: { where, excerpt: document.excerpt(where) } });
  return new Secret('');
}
