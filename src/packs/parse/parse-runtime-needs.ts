import type { Json } from '../../json.ts';
import type { RuntimeNeed } from '../content.ts';
import { addWarning, type Findings, type Place } from '../fields/findings.ts';
import type { Fields } from '../fields/parse-fields.ts';
import { parseConstraint } from '../versions/parse-constraint.ts';
import { nameRuntime } from './name-runtime.ts';

const bounds = ['python', 'nodejs'] as const;

/**
 * What a pack says of the runtimes it needs: its bounds on Python and Node.js, and `runtime_deps`. Attune itself compares
 * none of it, so what cannot be read is told, and the pack is installed all the same.
 */
export function parseRuntimeNeeds(fields: Fields, findings: Findings): readonly RuntimeNeed[] {
  const bounded = bounds.flatMap((name) => {
    const value = fields.values.get(name);
    return value === undefined || value === '' ? [] : parseBound(name, value, fields.at(name), findings);
  });
  const deps = (fields.values.get('runtime_deps') ?? []) as readonly Json[];
  const { document, path } = fields.at('runtime_deps');
  const named = deps.flatMap((text, index) => {
    if (typeof text !== 'string') return [];
    const item = [...path, index];
    return parseNamed(text, { document, path: document.source(item) === undefined ? path : item }, findings);
  });
  return [...bounded, ...named];
}

function parseBound(name: string, value: Json, place: Place, findings: Findings): RuntimeNeed[] {
  if (typeof value === 'string' && parseConstraint(value, 'minimum') !== undefined) {
    return [need(name, { constraint: value.trim(), bare: 'minimum' }, place)];
  }
  const source = place.document.source(place.path) ?? '';
  const message = `\`${name}\` is ${source === '' ? 'no text' : source}, which is no constraint on a version; it is not checked.`;
  const hint = typeof value === 'number' ? `Quote it: "${source}".` : 'Write for example ">=3.9", or ">=3.9, <4".';
  addWarning(findings, 'invalid-constraint', message, place, { hint });
  return [];
}

const namedForm = /^\s*([A-Za-z][A-Za-z0-9_.-]*?)\s*(?:@\s*(.*)|([=<>~^].*))?$/;

function parseNamed(text: string, place: Place, findings: Findings): RuntimeNeed[] {
  const [, name, behind, direct] = namedForm.exec(text) ?? [];
  const constraint = (behind ?? direct ?? '').trim();
  const isSound = constraint === '' || parseConstraint(constraint, 'tilde') !== undefined;
  if (name === undefined || !isSound) {
    const message = `${JSON.stringify(text)} in \`runtime_deps\` is no runtime with a constraint; it is not checked.`;
    addWarning(findings, 'invalid-constraint', message, place, { hint: 'Write for example python, or python@>=3.9.' });
    return [];
  }
  return [need(name, { constraint: ['', '*'].includes(constraint) ? null : constraint, bare: 'tilde' }, place)];
}

function need(
  name: string,
  { constraint, bare }: Pick<RuntimeNeed, 'constraint' | 'bare'>,
  { document, path }: Place,
): RuntimeNeed {
  return { name, runtime: nameRuntime(name), constraint, bare, where: document.position(path) };
}
