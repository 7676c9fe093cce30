import { posix } from 'node:path';
import { isObject, type Json } from '../../json.ts';
import { environmentNameFault } from '../environment-name.ts';
import { addError, type Findings, type Place } from '../fields/findings.ts';
import { checkPlaceholders } from './check-placeholders.ts';

const texts: readonly (readonly [section: string, field: string])[] = [
  ['interpreter', 'binary'],
  ['environment', 'env_type'],
  ['environment', 'dir_name'],
  ['environment', 'interpreter_path'],
  ['dependencies', 'manifest_file'],
];
const lists: readonly (readonly [section: string, field: string])[] = [
  ['interpreter', 'args'],
  ['environment', 'create_command'],
  ['dependencies', 'install_command'],
];

/**
 * Checks what an `execution_config` says of environments: they are built by commands that it gives, at a name that it
 * gives, so that what is no command or would lead elsewhere must not be installed.
 *
 * @param place of the `execution_config`
 */
export function checkEnvironment(config: Json | undefined, place: Place, findings: Findings): void {
  if (!isObject(config)) return;
  const valueAt = (section: string, field: string): unknown => {
    const part = config[section];
    return isObject(part) ? (part[field] ?? undefined) : undefined;
  };
  const placeOf = (section: string, field: string, index?: number): Place => ({
    document: place.document,
    path: [...place.path, section, field, ...(index === undefined ? [] : [index])],
  });
  for (const section of ['interpreter', 'environment', 'dependencies']) {
    const part = config[section] ?? null;
    if (part === null || isObject(part)) continue;
    const at = { document: place.document, path: [...place.path, section] };
    addError(findings, 'wrong-type', `\`${section}\` must be a mapping.`, at);
  }
  for (const [section, field] of texts) {
    const value = valueAt(section, field);
    if (value === undefined || typeof value === 'string') continue;
    addError(findings, 'wrong-type', `\`${field}\` must be a text.`, placeOf(section, field), {
      hint: 'Put it in quotes.',
    });
  }
  for (const [section, field] of lists) {
    const value = valueAt(section, field);
    if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) continue;
    const message = `\`${field}\` must be a list of texts, one for each word of the command.`;
    addError(findings, 'wrong-type', message, placeOf(section, field), {
      hint: 'There is no shell that would split it.',
    });
  }
  const textAt = (section: string, field: string) => {
    const value = valueAt(section, field);
    return typeof value === 'string' ? value : undefined;
  };
  const listAt = (section: string, field: string): readonly string[] => {
    const value = valueAt(section, field);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : [];
  };
  const templates = {
    create: listAt('environment', 'create_command'),
    install: listAt('dependencies', 'install_command'),
    interpreterPath: textAt('environment', 'interpreter_path'),
    manifest: textAt('dependencies', 'manifest_file'),
  };
  checkPlaceholders(templates, placeOf, findings);
  checkName(valueAt('environment', 'dir_name'), placeOf('environment', 'dir_name'), findings);
  checkManifest(valueAt('dependencies', 'manifest_file'), placeOf('dependencies', 'manifest_file'), findings);
}

function checkName(name: unknown, place: Place, findings: Findings): void {
  const fault = typeof name === 'string' ? environmentNameFault(name) : undefined;
  if (fault === undefined) return;
  const hint = 'Environments are found by it in the directory of every pack: .venv, for example.';
  addError(findings, 'invalid-environment-name', `\`dir_name\` ${JSON.stringify(name)} ${fault}.`, place, { hint });
}

function checkManifest(path: unknown, place: Place, findings: Findings): void {
  if (typeof path !== 'string' || isInside(path)) return;
  const message = `The manifest file ${JSON.stringify(path)} is not inside the pack.`;
  addError(findings, 'path-outside-pack', message, place);
}

function isInside(path: string): boolean {
  const normal = posix.normalize(path);
  return path !== '' && !posix.isAbsolute(path) && normal !== '.' && normal !== '..' && !normal.startsWith('../');
}
