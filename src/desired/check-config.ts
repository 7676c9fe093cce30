import { type Problem, problem } from '../errors.ts';
import { isObject } from '../json.ts';
import type { PackContent } from '../packs/content.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { type Concealed, revealSecrets, Secret } from '../secret.ts';
import { nearest } from '../yaml/nearest.ts';
import { describeFault } from './check-value.ts';
import type { PackDocument } from './desired.ts';

type Path = readonly (string | number)[];
type Schema = Readonly<Record<string, unknown>>;

interface Checking {
  readonly document: PackDocument;
  /** False where a line could hold a value that only the pack's schema calls secret. */
  readonly showLines: boolean;
  readonly isUnknown: (secret: Secret) => boolean;
  readonly problems: Problem[];
}

/**
 * A document's `config` against the pack's `conf_schema`, in both styles that packs use: flat
 * (`{ key: { type, required, … } }`) and JSON Schema (`properties`, `required`). Unknown keys are warnings, since
 * a schema may be incomplete. `pattern` is not tried: it comes from the pack, and one expression can run for ever.
 * @param isUnknown secrets whose value cannot be had here (`validate`): only their key is checked
 */
export function checkPackConfig(
  document: PackDocument,
  content: PackContent,
  isUnknown: (secret: Secret) => boolean = () => false,
): Problem[] {
  const schema = content.columns.conf_schema ?? null;
  if (!isObject(schema) || Object.keys(schema).length === 0) return [];
  const secrets = Object.entries(membersOf(schema)).filter(([, member]) => marksSecret(member));
  const showLines = !secrets.some(([key]) => Object.hasOwn(document.config, key));
  const checking: Checking = { document, showLines, isUnknown, problems: [] };
  checkMembers(document.config, schema, [], checking);
  return orderProblems(checking.problems);
}

/**
 * Top-level keys that the pack requires and neither it nor the document gives, as warnings: a person may have set
 * them in Attune, or be about to.
 * @param isSet keys that are known to have a value already
 */
export function warnOfMissingConfig(
  document: PackDocument,
  content: PackContent,
  isSet: (key: string) => boolean = () => false,
): Problem[] {
  const schema = content.columns.conf_schema ?? null;
  if (!isObject(schema)) return [];
  const members = membersOf(schema);
  return requiredOf(schema, members)
    .filter((key) => !Object.hasOwn(document.config, key) && !Object.hasOwn(content.config, key) && !isSet(key))
    .map((key) =>
      problem('warning', 'missing-config', `config.${key} is required by the pack ${document.ref} and set nowhere.`, {
        hint: `${descriptionOf(members[key])}Set it in the document, or in Attune.`,
        where: document.where,
      }),
    );
}

function checkMembers(
  values: Readonly<Record<string, Concealed>>,
  schema: Schema,
  path: Path,
  checking: Checking,
): void {
  const members = membersOf(schema);
  const known = Object.keys(members);
  for (const [key, value] of Object.entries(values)) {
    const member = Object.hasOwn(members, key) ? members[key] : undefined;
    if (member === undefined && known.length > 0) reportUnknown([...path, key], known, schema, checking);
    else if (isObject(member)) checkValue(value, member, [...path, key], checking);
  }
  if (path.length === 0) return;
  for (const key of requiredOf(schema, members)) {
    if (Object.hasOwn(values, key)) continue;
    const member = members[key];
    if (isObject(member) && member.default !== undefined) continue;
    const hint = isObject(member) && typeof member.description === 'string' ? member.description : undefined;
    const message = `${nameOf([...path, key])} is missing; the pack requires it.`;
    report(checking, 'error', 'missing-config', message, path, hint);
  }
}

function checkValue(value: Concealed, schema: Schema, path: Path, checking: Checking): void {
  if (value instanceof Secret && checking.isUnknown(value)) return;
  const isSecret = value instanceof Secret || marksSecret(schema);
  const plain = revealSecrets(value);
  const fault = describeFault(plain, schema, isSecret);
  if (fault !== undefined) {
    report(checking, 'error', 'invalid-config', `${nameOf(path)} ${fault.message}.`, path, fault.hint);
    return;
  }
  if (value instanceof Secret) return;
  if (Array.isArray(value) && isObject(schema.items)) {
    for (const [index, item] of (value as readonly Concealed[]).entries()) {
      checkValue(item, schema.items, [...path, index], checking);
    }
  }
  if (isObject(value) && isObject(schema.properties)) {
    checkMembers(value as Readonly<Record<string, Concealed>>, schema, path, checking);
  }
}

function reportUnknown(path: Path, known: readonly string[], schema: Schema, checking: Checking): void {
  // JSON Schema says so itself where other keys are meant to be there.
  if (isObject(schema.properties) && (schema.additionalProperties === true || isObject(schema.additionalProperties)))
    return;
  const meant = nearest(String(path.at(-1)), known);
  const hint = meant === undefined ? `The pack knows: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  report(checking, 'warning', 'unknown-config', `${nameOf(path)} is not known to the pack.`, path, hint);
}

function marksSecret(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return (isObject(schema) && schema.secret === true) || Object.values(schema).some(marksSecret);
}

function descriptionOf(member: unknown): string {
  return isObject(member) && typeof member.description === 'string' ? `${member.description}. ` : '';
}

function membersOf(schema: Schema): Readonly<Record<string, unknown>> {
  return isObject(schema.properties) ? schema.properties : schema.type === 'object' ? {} : schema;
}

function requiredOf(schema: Schema, members: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(schema.required)) return schema.required.filter((key) => typeof key === 'string');
  return Object.keys(members).filter((key) => {
    const member = members[key];
    return isObject(member) && member.required === true;
  });
}

function nameOf(path: Path): string {
  return ['config', ...path].join('.');
}

function report(
  { document, showLines, problems }: Checking,
  severity: Problem['severity'],
  code: string,
  message: string,
  path: Path,
  hint: string | undefined,
): void {
  const place = document.configPlaces?.[path.join('.')];
  const excerpt = showLines && place !== undefined ? { excerpt: place.excerpt } : {};
  const where = place?.where ?? document.where;
  problems.push(problem(severity, code, message, { where, ...excerpt, ...(hint === undefined ? {} : { hint }) }));
}
