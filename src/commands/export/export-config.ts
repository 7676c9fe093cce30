import { checkPackConfig } from '../../desired/check-config.ts';
import type { PackDocument } from '../../desired/desired.ts';
import { parseDocuments } from '../../desired/parse-documents.ts';
import { hasErrors } from '../../errors.ts';
import { equalJson, isObject, type Json } from '../../json.ts';
import type { PackContent } from '../../packs/content.ts';
import { type Concealed, type ConcealedObject, conceal, concealLike, revealSecrets, Secret } from '../../secret.ts';
import type { ExportedConfig, Variable } from './exported-pack.ts';
import { formatYaml } from './format-yaml.ts';

/**
 * The keys of an installed `pack.config` that differ from the pack's defaults, as a document can say them. Secrets
 * become variables; a key that no document can hold, or that the pack's schema refuses, stays a person's.
 *
 * @param decided keys that a document decides already: they are exported whatever their value
 */
export function exportConfig(
  ref: string,
  config: Readonly<Record<string, Concealed>>,
  content: PackContent,
  decided: readonly string[] = [],
): ExportedConfig {
  const hidden = concealLike(conceal(revealSecrets(config), content.columns.conf_schema ?? null), config);
  const exported: Record<string, Json> = {};
  const variables: Variable[] = [];
  const left: { key: string; why: string }[] = [];
  const taken = new Set<string>();
  for (const key of Object.keys(config).sort()) {
    const value = (hidden as ConcealedObject)[key] ?? null;
    const isDefault =
      Object.hasOwn(content.config, key) && equalJson(revealSecrets(value), content.config[key] ?? null);
    if (isDefault && !decided.includes(key)) continue;
    const found = exportValue(ref, [key], value, new Set(taken));
    const why =
      found === null
        ? 'it is a secret that is no text, which no variable gives'
        : findFault(ref, key, value, found, content);
    if (found === null || why !== null) {
      left.push({ key, why: why ?? '' });
      continue;
    }
    exported[key] = found.value;
    for (const variable of found.variables) taken.add(variable.name);
    variables.push(...found.variables.map(({ name, key: place }) => ({ name, key: place })));
  }
  return { config: exported, variables, left };
}

interface Found {
  readonly value: Json;
  readonly variables: readonly (Variable & { readonly secret: Secret })[];
}

/** Null where a secret is no text: a variable gives nothing else. */
function exportValue(ref: string, path: readonly string[], value: Concealed, taken: Set<string>): Found | null {
  if (value instanceof Secret) {
    if (typeof value.reveal() !== 'string') return null;
    const name = nameVariable(ref, path, taken);
    return { value: { fromEnv: name }, variables: [{ name, key: path.join('.'), secret: value }] };
  }
  if (!Array.isArray(value) && !isObject(value)) return { value: value as Json, variables: [] };
  const members = Object.entries(value as ConcealedObject).map(
    ([key, member]) => [key, exportValue(ref, [...path, key], member, taken)] as const,
  );
  if (members.some(([, member]) => member === null)) return null;
  const values = members.map(([key, member]) => [key, member?.value ?? null] as const);
  return {
    value: Array.isArray(value) ? values.map(([, member]) => member) : Object.fromEntries(values),
    variables: members.flatMap(([, member]) => member?.variables ?? []),
  };
}

/** `jira` and `password` give JIRA_PASSWORD; two that would be one are numbered. */
function nameVariable(ref: string, path: readonly string[], taken: Set<string>): string {
  const wished = [ref, ...path].join('_').toUpperCase().replaceAll(/\W/g, '_');
  let name = wished;
  for (let count = 2; taken.has(name); count++) name = `${wished}_${count}`;
  taken.add(name);
  return name;
}

/** Reads the key back as a document's: what comes must be what is installed, and fit the pack. */
function findFault(ref: string, key: string, value: Concealed, found: Found, content: PackContent): string | null {
  const text = formatYaml({ kind: 'Pack', ref, source: { directory: '.' }, config: { [key]: found.value } });
  const environment = Object.fromEntries(found.variables.map(({ name, secret }) => [name, String(secret.reveal())]));
  const entry = { name: 'export', base: { type: 'directory', directory: '/' } } as const;
  const { documents, problems } = parseDocuments([{ path: `${ref}.yaml`, text }], entry, environment);
  const [document] = documents;
  const read = document?.config[key];
  const plain = revealSecrets(value);
  if (hasErrors(problems) || read === undefined || !equalJson(revealSecrets(read), plain))
    return 'no document can hold its value';
  return hasErrors(checkPackConfig(document as PackDocument, content))
    ? 'its value does not fit the schema of the pack'
    : null;
}
