import { renderProblems } from '../problems/render-problems.ts';
import type { Validation } from './validate.ts';

/** What validation found, for people: the problems, and as the last line what was looked at. */
export function renderValidate(
  validation: Validation,
  options: { color: boolean; base?: string; columns?: number },
): string {
  const { files, documents, packs, problems } = validation;
  const ofState = files + documents > 0 || packs === 0 ? [count(files, 'file'), count(documents, 'document')] : [];
  const seen = [...ofState, count(packs, 'pack')].join(', ');
  const end = problems.length === 0 ? `Valid: ${seen}.` : `Looked at ${seen}.`;
  return `${renderProblems(problems, options)}${end}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
