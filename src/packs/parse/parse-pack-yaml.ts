import { isObject, type Json } from '../../json.ts';
import type { YamlDocument } from '../../yaml/read-yaml.ts';
import type { Dependency, PackTesting, RuntimeNeed } from '../content.ts';
import { packRefPattern } from '../fields/check-ref.ts';
import { addError, type Findings } from '../fields/findings.ts';
import { packFormat } from '../fields/pack-fields.ts';
import { columnsOf, type Fields, parseFields } from '../fields/parse-fields.ts';
import { parseDependencies } from './parse-dependencies.ts';
import { parseRuntimeNeeds } from './parse-runtime-needs.ts';
import { parseTesting } from './parse-testing.ts';

/** pack.yaml as the columns of `pack` and what else it says. */
export interface PackYaml {
  readonly ref: string | null;
  readonly version: string | null;
  readonly columns: Readonly<Record<string, Json>>;
  readonly config: Readonly<Record<string, Json>>;
  readonly dependencies: readonly Dependency[];
  readonly runtimeNeeds: readonly RuntimeNeed[];
  readonly testing: PackTesting | null;
}

/** Attune's own constraint on `pack.version`, and a length that fits a file name. */
const versionPattern =
  /^(?=.{1,100}$)\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/**
 * What is wrong is added to the findings; a ref or version that cannot be used is null.
 *
 * @param paths every file of the pack
 */
export function parsePackYaml(document: YamlDocument, paths: ReadonlySet<string>, findings: Findings): PackYaml {
  const fields = parseFields(packFormat, { document, path: [] }, document.value, '', findings);
  const ref = checkRef(fields, findings);
  const version = checkVersion(fields, findings);
  const given = fields.values.get('dependencies') ?? [];
  const { texts, dependencies } = parseDependencies(given, ref, fields.at('dependencies'), findings);
  const columns = { ...columnsOf(packFormat, fields, ref ?? ''), dependencies: texts };
  const runtimeNeeds = parseRuntimeNeeds(fields, findings);
  const testing = parseTesting(fields, paths, findings);
  return { ref, version, columns, config: defaultConfig(fields), dependencies, runtimeNeeds, testing };
}

function checkRef(fields: Fields, findings: Findings): string | null {
  const ref = fields.values.get('ref');
  if (typeof ref !== 'string') return null;
  if (packRefPattern.test(ref)) return ref;
  const message = `The pack's ref is ${JSON.stringify(ref)}; it must be 2 to 100 characters of a-z, 0-9, _ and -, beginning with a letter.`;
  addError(findings, 'invalid-pack-ref', message, fields.at('ref'));
  return null;
}

function checkVersion(fields: Fields, findings: Findings): string | null {
  const version = fields.values.get('version');
  if (typeof version !== 'string') return null;
  if (versionPattern.test(version)) return version;
  const message = `The pack's version is ${JSON.stringify(version)}; Attune takes only major.minor.patch, with -pre and +build.`;
  addError(findings, 'invalid-pack-version', message, fields.at('version'));
  return null;
}

/** `config` over the `default` of each top-level key of the schema, which is flat or a JSON Schema with `properties`. */
function defaultConfig({ values }: Fields): Record<string, Json> {
  const schema = asMapping(values.get('conf_schema'));
  const isJsonSchema = schema.type === 'object' && isObject(schema.properties);
  const keys = isJsonSchema ? asMapping(schema.properties) : schema;
  const defaults = Object.entries(keys).flatMap(([key, value]) => {
    const otherwise = asMapping(value).default;
    return otherwise === undefined ? [] : [[key, otherwise] as const];
  });
  return Object.fromEntries([...defaults, ...Object.entries(asMapping(values.get('config')))]);
}

function asMapping(value: Json | undefined): Readonly<Record<string, Json>> {
  return isObject(value) ? (value as Readonly<Record<string, Json>>) : {};
}
