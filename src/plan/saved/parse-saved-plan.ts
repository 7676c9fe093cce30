import type { ValidateFunction } from 'ajv/dist/2020.js';
import { SyncError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { compile } from '../../yaml/check-schema.ts';
import { loadSchema } from '../../yaml/load-schema.ts';
import { digestJson } from './digest-json.ts';
import type { SavedPlan } from './saved-plan.ts';

/** True for a text that `plan --out` wrote, of whatever version, damaged or not: it may be written over. */
export function looksSaved(text: string): boolean {
  const value = parse(text);
  if (value !== undefined) return isObject(value) && value.kind === 'saved-plan';
  return text.startsWith('{\n  "formatVersion": ') && text.slice(0, 200).includes('"kind": "saved-plan"');
}

/**
 * Reads what `plan --out` wrote.
 *
 * @param file how a person named it, for what is said of it
 * @throws SyncError `saved-plan-invalid` for what is no saved plan or only a part of one, `saved-plan-version` for that
 * of a release which writes another format, `saved-plan-damaged` where it was changed after it was written
 */
export function parseSavedPlan(text: string, file: string): SavedPlan {
  const value = parse(text);
  if (!isObject(value) || value.kind !== 'saved-plan') throw notSaved(text, value, file);
  if (value.formatVersion !== 1) {
    const version = JSON.stringify(value.formatVersion) ?? 'none';
    throw new SyncError('saved-plan-version', `${file} has the format version ${version}; this release reads 1`, {
      hint: 'Make the plan and apply it with the same release of attune-sync.',
      retry: 'never',
    });
  }
  const { checksum, ...content } = value;
  const isSound = validator()(value);
  if (isSound && checksum === digestJson(content)) return value as unknown as SavedPlan;
  throw new SyncError('saved-plan-damaged', `${file} was changed after it was written, so nothing of it is applied`, {
    hint: again,
    retry: 'never',
  });
}

const again = 'Make it again with `attune-sync plan --out FILE`.';

function notSaved(text: string, value: unknown, file: string): SyncError {
  const isCut = value === undefined && looksSaved(text);
  const what = isCut ? 'is cut off: only the beginning of a saved plan is there' : 'is not a saved plan';
  const isShown = isObject(value) && 'changes' in value && 'formatVersion' in value;
  const hint = isShown
    ? 'It is what `plan --output json` prints; `attune-sync plan --out FILE` writes a plan to apply.'
    : again;
  return new SyncError('saved-plan-invalid', `${file} ${what}`, { hint, retry: 'never' });
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  compiled ??= compile(loadSchema('saved-plan'));
  return compiled;
}
