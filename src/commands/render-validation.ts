import { createPaint } from '../cli/paint.ts';
import type { Json, JsonObject } from '../json.ts';
import { countOf } from '../plan/render-summary.ts';
import { renderProblems } from '../problems/render-problems.ts';
import type { Validation } from './validate.ts';

/** Every problem with its place, then what was checked and how it ended. */
export function renderValidationText(found: Validation, options: { color: boolean; base: string }): string {
  const paint = createPaint(options.color);
  const { problems } = found;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const verdict = errors > 0 ? paint.red('Not valid.') : paint.green('Valid.');
  const counts = [
    countOf(found.files, 'file'),
    countOf(found.documents, 'sound document'),
    countOf(found.packs, 'pack'),
  ].join(', ');
  const shown = problems.length === 0 ? '' : `${renderProblems(problems, options).trimEnd()}\n\n`;
  return `${shown}${paint.bold(verdict)} ${counts}.\n`;
}

export function renderValidationJson(found: Validation): JsonObject {
  return { formatVersion: 1, ...(found as unknown as Record<string, Json>) };
}
