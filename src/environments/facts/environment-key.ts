import { createHash } from 'node:crypto';
import { canonicalJson, isObject, type Json } from '../../json.ts';
import type { Interpreter, Manifest } from '../environment.ts';

/** Raised when environments are built in another way, so that none of an earlier release counts for one of this. */
const formatVersion = 1;

export interface KeyParts {
  /** The whole `execution_config`; of it counts what decides how an environment is built. */
  readonly config: Json;
  readonly interpreter: Interpreter | null;
  readonly manifest: Manifest | null;
  readonly buildScripts: boolean;
  /** What stands in the pack's own directory. */
  readonly names: ReadonlySet<string>;
  /** Digest of the pack's content: counts where the environment can lead into the pack, or is made of it. */
  readonly contentDigest: string;
  /** `linux x64` */
  readonly platform: string;
}

/** The name of an environment below `.environments`: 32 hex over everything that decides what is in it. */
export function environmentKey(parts: KeyParts): string {
  const { config, interpreter, manifest, buildScripts, contentDigest, platform } = parts;
  const section = (name: string) => (isObject(config) ? ((config[name] ?? null) as Json) : null);
  const decisive: Json = {
    formatVersion,
    config: [section('interpreter'), section('environment'), section('dependencies')],
    interpreter: interpreter === null ? null : [interpreter.path, interpreter.version],
    manifest:
      manifest === null
        ? null
        : [manifest.path, manifest.digest, manifest.files.map(({ path, digest }) => [path, digest])],
    own:
      manifest?.isOwn === true || readsPack(section('environment'), section('dependencies'), parts.names)
        ? contentDigest
        : null,
    buildScripts,
    platform,
  };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex').slice(0, 32);
}

/**
 * Its commands name a file of the pack, by a place of a template or as they run in a copy of it: a script, say, that makes
 * it. Or they take the pack as a whole. What the key knows already does not count.
 */
function readsPack(environment: Json, dependencies: Json, names: ReadonlySet<string>): boolean {
  const { dir_name: name = '.venv', create_command: create = [] } = isObject(environment) ? environment : {};
  const { manifest_file: manifest, install_command: install = [] } = isObject(dependencies) ? dependencies : {};
  return [create, install].some((command) => {
    const words = [command].flat().filter((word) => typeof word === 'string');
    const text = words.join(' ').replaceAll(workPlace, '');
    const inPack = [...text.matchAll(/\{pack_dir\}\/([^\s"']+)/g)].map(([, path = '']) => path);
    const relative = text.split(between).filter((word) => names.has(firstPart(word)));
    const paths = [...inPack, ...relative].map((path) => path.replace(/^(?:\.\/)+/, ''));
    return /\{pack_dir\}(?!\/)/.test(text) || paths.some((path) => path !== manifest && path.split('/')[0] !== name);
  });
}

/** Where a package manager works, which reads no more of the pack than its manifest. */
const workPlace = /(?:--prefix|--directory|--dir|--cwd|-C|\bcd)[ =]["']?\{pack_dir\}(?!\/)/g;

/** Between the words of what can be a shell's text. */
const between = /[\s"'`;&|()<>=]+/;

function firstPart(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').split('/')[0] ?? '';
}
