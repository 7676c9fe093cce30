import { posix } from 'node:path';
import { isObject } from '../../json.ts';

/** What a manifest names of its own pack. Paths are relative to the pack. */
export interface NamedFiles {
  /** Wheels, archives, lock files. */
  readonly files: readonly string[];
  /** Files that are read as the manifest is. */
  readonly manifests: readonly string[];
  /** It names a directory, so that the environment can lead into the pack, or be made of anything in it. */
  readonly isOwn: boolean;
}

interface Finding {
  readonly files: Set<string>;
  readonly manifests: Set<string>;
  isOwn: boolean;
}

interface Scan {
  readonly path: string;
  readonly text: string;
  /** Every file of the pack. */
  readonly paths: ReadonlySet<string>;
}

/**
 * What a manifest names of its pack: a requirements file as pip reads it, a package.json as npm does, anything else by
 * every word of it.
 *
 * @param buildScripts packages that npm installs, the pack's own too, run their scripts, which can read any file
 */
export function findNamedFiles(scan: Scan, buildScripts: boolean): NamedFiles {
  const found: Finding = { files: new Set(), manifests: new Set(), isOwn: false };
  const name = posix.basename(scan.path);
  if (name === 'package.json') readPackageJson(scan, found, buildScripts);
  else if (/\.(?:txt|in)$/.test(name)) readRequirements(scan, found);
  else for (const word of scan.text.split(separators)) take(word, scan, found, { bare: true });
  const sorted = (names: ReadonlySet<string>) => [...names].filter((path) => path !== scan.path).sort();
  return { files: sorted(found.files), manifests: sorted(found.manifests), isOwn: found.isOwn };
}

const separators = /[\s"'`=,;@()[\]{}<>|&!]+/;
const lockFiles = ['package-lock.json', 'npm-shrinkwrap.json', '.npmrc', 'yarn.lock', 'pnpm-lock.yaml'];
const dependencyFields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];
const ownScripts = ['preinstall', 'install', 'postinstall', 'prepare'];

function readPackageJson(scan: Scan, found: Finding, buildScripts: boolean): void {
  const directory = posix.dirname(scan.path);
  for (const name of lockFiles) {
    const path = posix.normalize(posix.join(directory, name));
    if (scan.paths.has(path)) found.files.add(path);
  }
  const content = parseJson(scan.text);
  if (content === null) {
    for (const word of scan.text.split(separators)) take(word, scan, found, { bare: true });
    return;
  }
  for (const field of dependencyFields) {
    for (const text of textsOf(content[field])) take(text, scan, found, { bare: false });
  }
  const scripts = isObject(content.scripts) ? content.scripts : {};
  if (content.workspaces !== undefined) found.isOwn = true;
  if (buildScripts && ownScripts.some((script) => scripts[script] !== undefined)) found.isOwn = true;
}

function parseJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

/** Options whose value is a file that is read like this one, a place to look for archives, or the pack's own code. */
const options: readonly (readonly [pattern: RegExp, what: 'manifest' | 'archives' | 'code'])[] = [
  [/^(?:-r|-c|--requirement|--constraint)(?:=|$|(?<=^-[rc]))(.*)$/, 'manifest'],
  [/^(?:-f|--find-links)(?:=|$|(?<=^-f))(.*)$/, 'archives'],
  [/^(?:-e|--editable)(?:=|$|(?<=^-e))(.*)$/, 'code'],
];

function readRequirements(scan: Scan, found: Finding): void {
  for (const line of scan.text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const words = line
      .replace(/(?:^|\s)#.*$/, '')
      .split(/[\s;]+/)
      .filter((word) => word !== '');
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? '';
      const option = options.find(([pattern]) => pattern.test(word));
      if (option === undefined) {
        take(word.replace(/\[[^\]]*\]$/, ''), scan, found, { bare: false });
        continue;
      }
      const direct = option[0].exec(word)?.[1] ?? '';
      if (direct === '') index++;
      takeOption(option[1], direct === '' ? (words[index] ?? '') : direct, scan, found);
    }
  }
}

function takeOption(what: 'manifest' | 'archives' | 'code', value: string, scan: Scan, found: Finding): void {
  const unquoted = value.replace(/^["']|["']$/g, '');
  for (const path of placesOf(unquoted, scan.path)) {
    if (what === 'manifest' && scan.paths.has(path)) found.manifests.add(path);
    if (what === 'archives') for (const file of filesBelow(path, scan.paths)) found.files.add(file);
    if (what === 'code' && isDirectory(path, scan.paths)) found.isOwn = true;
  }
}

/** A word that names a file or directory of the pack. What looks like no path is one only where `bare` names count. */
function take(word: string, scan: Scan, found: Finding, { bare }: { readonly bare: boolean }): void {
  const path = word.replace(/^(?:file|link|portal):(?:\/\/)?/, '');
  const looksLikePath = path !== word || path.startsWith('.') || path.includes('/');
  for (const place of placesOf(path, scan.path)) {
    if (scan.paths.has(place)) found.files.add(place);
    else if ((looksLikePath || bare) && isDirectory(place, scan.paths)) found.isOwn = true;
  }
}

/** Relative to the manifest, and to the pack: tools differ. What leads out of the pack is none of it. */
function placesOf(given: string, manifest: string): readonly string[] {
  if (given === '' || given.length > 4096 || posix.isAbsolute(given) || given.includes('://')) return [];
  const places = [posix.join(posix.dirname(manifest), given), given].map((path) =>
    posix.normalize(path).replace(/\/$/, ''),
  );
  return [...new Set(places)].filter((path) => path !== '..' && !path.startsWith('../'));
}

function isDirectory(path: string, paths: ReadonlySet<string>): boolean {
  return path === '.' || filesBelow(path, paths).length > 0;
}

function filesBelow(path: string, paths: ReadonlySet<string>): readonly string[] {
  if (path === '.') return [...paths];
  return [...paths].filter((file) => file.startsWith(`${path}/`));
}
