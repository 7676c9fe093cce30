import { gatherShared } from '../../problems/gather-shared.ts';
import { renderProblems } from '../../problems/render-problems.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import type { Plan } from '../plan.ts';
import { renderApproval } from './render-approval.ts';
import { labelled, sentence } from './render-notes.ts';
import { overrideSentence, renderPackChange } from './render-pack-change.ts';
import { renderPlanTable } from './render-plan-table.ts';
import { renderSkipping } from './render-skipping.ts';
import { renderSummary } from './render-summary.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Files below it are shown relative to it. */
  readonly base?: string;
  /** Of a terminal: problems are wrapped there alone. */
  readonly columns?: number;
}

/**
 * The plan for people: a table of what changes, each change with its fields, notes and problems, and the summary
 * always as the last line. The same plan gives the same text.
 */
export function renderPlanText(plan: Plan, { width, ...show }: TextOptions): string {
  const options = { paint: createPaint(show.color), width: Math.max(width, 24) };
  const problems = [...gatherShared(plan.unreadable), ...plan.problems];
  const sections = [
    renderPlanTable(plan, options).join('\n'),
    ...plan.changes.map((change) => renderPackChange(change, options).join('\n')),
    renderOthers(plan, options).join('\n'),
    problems.length === 0 ? '' : renderProblems(problems, show).trimEnd(),
    renderApproval(plan, options).join('\n'),
    renderSkipping(plan, options).join('\n'),
    colourSummary(renderSummary(plan), options.paint),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** What concerns packs that do not change. */
export function renderOthers(plan: Plan, options: { paint: Paint; width: number }): string[] {
  const { paint } = options;
  return [
    ...labelled('overrides', plan.overrides.map(overrideSentence), paint.dim, options),
    ...labelled(
      'note',
      plan.notes.map((note) => sentence(note)),
      paint.yellow,
      options,
    ),
    ...labelled('unmanaged', unmanaged(plan.unmanaged), paint.dim, options),
  ];
}

function unmanaged(refs: readonly string[]): string[] {
  if (refs.length === 0) return [];
  const rows = refs.map((ref) => `pack ${ref}`);
  return [sentence({ code: 'unmanaged', sentence: 'left as they are', rows }).replaceAll('pack ', '')];
}

function colourSummary(line: string, paint: Paint): string {
  return line.startsWith('No changes.') ? paint.bold(paint.green('No changes.')) + line.slice(11) : paint.bold(line);
}
