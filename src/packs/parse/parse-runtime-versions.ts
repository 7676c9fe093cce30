import { isObject, type Json } from '../../json.ts';
import type { Component } from '../content.ts';
import { runtimeVersionFormat } from '../fields/component-fields.ts';
import { addError, type Place } from '../fields/findings.ts';
import { columnsOf, parseFields } from '../fields/parse-fields.ts';
import { checkEnvironment } from './check-environment.ts';
import type { ComponentFile, PackReading } from './pack-reading.ts';

/** The versions that a runtime's file lists, as components of their own. */
export function parseRuntimeVersions({ ref, fields }: ComponentFile, reading: PackReading): Component[] {
  const { document, path } = fields.at('versions');
  const entries = (fields.values.get('versions') ?? []) as readonly Json[];
  const defaults: Place[] = [];
  const versions = entries.flatMap((entry, index) => {
    const place = { document, path: [...path, index] };
    if (!isObject(entry)) {
      addError(reading.findings, 'wrong-type', 'A runtime version must be a mapping.', place);
      return [];
    }
    const read = parseFields(runtimeVersionFormat, place, entry as Json, '', reading.findings);
    const version = read.values.get('version');
    if (read.values.get('is_default') === true) defaults.push(read.at('is_default'));
    checkEnvironment(read.values.get('execution_config'), read.at('execution_config'), reading.findings);
    if (typeof version !== 'string') return [];
    const columns = { ...columnsOf(runtimeVersionFormat, read, ''), ...versionParts(version) };
    const names = { runtime: { ref } };
    const where = document.position(read.at('version').path);
    return [{ kind: 'runtime_version', ref: `${ref}@${version}`, columns, names, where } as const];
  });
  for (const place of defaults.slice(1)) {
    addError(reading.findings, 'several-defaults', `${ref} has more than one default version.`, place);
  }
  return versions;
}

/** Missing parts are 0 and a leading v does not count; no numbers at all give NULL. */
function versionParts(version: string): Record<string, Json> {
  const parts = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:[-+].*)?$/.exec(version.trim());
  const number = (index: number) => (parts === null ? null : Number(parts[index] ?? 0));
  return { version_major: number(1), version_minor: number(2), version_patch: number(3) };
}
