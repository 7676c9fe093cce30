import type { Json } from '../../json.ts';
import type { Component, Named } from '../content.ts';
import { isOwnRef, qualify, refFault } from '../fields/check-ref.ts';
import { actionFormat, sensorFormat } from '../fields/code-fields.ts';
import {
  permissionSetFormat,
  policyFormat,
  ruleFormat,
  runtimeFormat,
  triggerFormat,
} from '../fields/component-fields.ts';
import { addError, addWarning } from '../fields/findings.ts';
import type { Format } from '../fields/format.ts';
import { columnsOf, type Fields, parseFields } from '../fields/parse-fields.ts';
import { kindOf } from '../kinds.ts';
import type { ComponentFile, PackReading } from './pack-reading.ts';

/** Kinds of one file a component, in the order in which they are read: what an entry needs to know comes first. */
export const formats: readonly Format[] = [
  runtimeFormat,
  triggerFormat,
  permissionSetFormat,
  actionFormat,
  sensorFormat,
  policyFormat,
  ruleFormat,
];

/** A file as a component with all that its kind's table says; null where it has no ref that can be used. */
export function parseComponent(
  format: Format,
  path: string,
  reading: PackReading,
): { readonly file: ComponentFile; readonly component: Component } | null {
  const document = reading.open(path);
  if (document === null || format.kind === 'pack') return null;
  const { findings, packRef } = reading;
  const given = document.value;
  const text = typeof given === 'object' && given !== null && 'ref' in given ? given.ref : undefined;
  const name = typeof text === 'string' ? text.slice(text.lastIndexOf('.') + 1) : '';
  const fields = parseFields(format, { document, path: [] }, given, name, findings);
  const ref = fields.values.get('ref');
  if (typeof ref !== 'string' || !isOwnRef(ref, format.kind, packRef, fields.at('ref'), findings)) return null;
  warnOfPackRef(fields, reading);
  const component: Component = {
    kind: format.kind,
    ref,
    columns: columnsOf(format, fields, name),
    names: linksOf(format, fields, reading),
    ...(kindOf(format.kind).hasSwitch ? { enabled: fields.values.get('enabled') !== false } : {}),
    where: document.position(['ref'], 'key'),
  };
  return { file: { path, document, ref, name, fields }, component };
}

/** The components a file names by ref, by link column; only the first where a link holds one and the file lists more. */
function linksOf(format: Format, fields: Fields, { packRef, findings }: PackReading): Record<string, Named> {
  const links = format.fields.flatMap(({ name: field, link, required }) => {
    const value = fields.values.get(field);
    if (link === undefined || value === undefined) return [];
    const [first, ...others] = (Array.isArray(value) ? value : [value]) as readonly Json[];
    const place = fields.at(field);
    if (typeof first !== 'string' || first === '') {
      addError(findings, required ?? 'wrong-type', `\`${field}\` names nothing.`, place);
      return [];
    }
    if (others.length > 0) {
      const message = `A ${format.noun} has one ${link}: ${qualify(first, packRef)} is taken, and not ${others.join(', ')}.`;
      addWarning(findings, `second-${link}`, message, { ...place, path: [...place.path, 1] });
    }
    const ref = qualify(first, packRef);
    const kind = link === 'action' ? 'action' : 'trigger';
    const fault = refFault(ref, kind);
    if (fault !== undefined) addError(findings, 'invalid-ref', `The ref ${JSON.stringify(ref)} ${fault}.`, place);
    return [[link, { ref }] as const];
  });
  return Object.fromEntries(links);
}

function warnOfPackRef(fields: Fields, { packRef, findings }: PackReading): void {
  const given = fields.values.get('pack_ref');
  if (given === undefined || packRef === null || given === packRef) return;
  const message = `\`pack_ref\` is ${JSON.stringify(given)}, but the file is in the pack ${packRef}; it is left out.`;
  addWarning(findings, 'foreign-pack-ref', message, fields.at('pack_ref'));
}
