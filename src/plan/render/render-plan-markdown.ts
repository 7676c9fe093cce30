import { gatherShared } from '../../problems/gather-shared.ts';
import { renderProblems } from '../../problems/render-problems.ts';
import { createPaint } from '../../text/paint.ts';
import { hangText } from '../../text/wrap-text.ts';
import type { PackChange, Plan } from '../plan.ts';
import { blockWidth, renderPackMarkdown } from './markdown-pack.ts';
import { changeRow, tableHead, unreadableRow } from './markdown-table.ts';
import { codeSpan, fence } from './markdown-text.ts';
import { renderApproval } from './render-approval.ts';
import { sentence } from './render-notes.ts';
import { renderOthers } from './render-plan-text.ts';
import { renderSkipping } from './render-skipping.ts';
import { renderSummary } from './render-summary.ts';

export interface MarkdownOptions {
  /** Files below it are shown relative to it. */
  readonly base?: string;
  /** The result is shorter than so many characters. */
  readonly limit?: number;
}

/** What a comment of GitHub may hold. */
const commentLimit = 65_536;

/** Shares of the limit, so that no part leaves the others without room; `around` is for what a job adds to it. */
const shares = { attention: 0.2, table: 0.3, others: 0.1, cut: 0.03, around: 0.01 };

/**
 * The plan for a comment of a pull request: totals first, then what is blocked or wrong, a table of all packs, and each
 * change folded. What does not fit is left out whole and named. The same plan gives the same text.
 */
export function renderPlanMarkdown(plan: Plan, options: MarkdownOptions = {}): string {
  const limit = options.limit ?? commentLimit;
  const changes = [...plan.changes.filter(isBlocked), ...plan.changes.filter((change) => !isBlocked(change))];
  const head = [`<!-- attune-sync plan of ${plan.manager} -->`, `### ${renderSummary(plan)}`].join('\n');
  const attention = fitLines(renderAttention(plan, options.base), limit * shares.attention);
  const rows = [
    ...changes.filter(isBlocked).map(changeRow),
    ...plan.unreadable.map(unreadableRow),
    ...changes.filter((change) => !isBlocked(change)).map(changeRow),
  ];
  const table = fitLines(rows, limit * shares.table);
  const others = fitLines(renderOthers(plan, { paint: createPaint(false), width: blockWidth }), limit * shares.others);
  const before = [
    head,
    attention.shown.length === 0 ? '' : `**Needs attention**\n\n${fence(attention.shown, 'text')}`,
    table.shown.length === 0 ? '' : [...tableHead, ...table.shown].join('\n'),
  ];
  const after = others.shown.length === 0 ? '' : fold('Packs that do not change', fence(others.shown, 'text'));
  const used = [...before, after].reduce((sum, part) => sum + part.length + 2, 0);
  const details = fitPacks(changes, limit - used - limit * (shares.cut + shares.around));
  const cut = renderCut(limit, {
    packs: details.left,
    rows: table.left,
    lines: attention.left + others.left,
  });
  return `${[...before, ...details.shown, after, cut].filter((part) => part !== '').join('\n\n')}\n`;
}

function isBlocked({ blocks }: PackChange): boolean {
  return blocks.length > 0;
}

/** What is blocked, what waits for an approval, what is wrong with documents, and what to know. */
function renderAttention(plan: Plan, base: string | undefined): string[] {
  const hang = (label: string, text: string) => hangText(label, text, blockWidth, 4);
  const problems = [...gatherShared(plan.unreadable), ...plan.problems];
  const shown = renderProblems(problems, { color: false, ...(base === undefined ? {} : { base }) });
  return [
    ...plan.changes.flatMap(({ ref, blocks }) => blocks.flatMap((block) => hang(`! ${ref}: `, sentence(block)))),
    ...renderApproval(plan, { paint: createPaint(false), width: blockWidth }),
    ...renderSkipping(plan, { paint: createPaint(false), width: blockWidth }),
    ...plan.changes.flatMap(({ ref, warnings }) =>
      warnings.flatMap(({ message }) => hang(`warning  ${ref}: `, message)),
    ),
    ...(problems.length === 0 ? [] : shown.trimEnd().split('\n')),
  ];
}

function fold(title: string, body: string): string {
  return [`<details><summary>${title}</summary>`, '', body, '', '</details>'].join('\n');
}

/** As many lines as fit, from the first on; a longer one is left out with all after it. */
function fitLines(lines: readonly string[], room: number): { shown: readonly string[]; left: number } {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room;
  });
  return end < 0 ? { shown: lines, left: 0 } : { shown: lines.slice(0, end), left: lines.length - end };
}

/** Every pack that fits, whole: one that is too long does not hide those after it. */
function fitPacks(changes: readonly PackChange[], room: number): { shown: readonly string[]; left: readonly string[] } {
  let used = 0;
  const shown: string[] = [];
  const left: string[] = [];
  for (const change of changes) {
    const text = renderPackMarkdown(change);
    if (used + text.length + 2 > room) left.push(change.ref);
    else {
      used += text.length + 2;
      shown.push(text);
    }
  }
  return { shown, left };
}

const mostNamed = 10;

function renderCut(
  limit: number,
  { packs, rows, lines }: { packs: readonly string[]; rows: number; lines: number },
): string {
  const named = packs.slice(0, mostNamed).map((ref) => codeSpan(ref.slice(0, 64)));
  const names = [...named, ...(packs.length > mostNamed ? [`${packs.length - mostNamed} more`] : [])].join(', ');
  const parts = [
    ...(packs.length === 0
      ? []
      : [`the details of ${packs.length === 1 ? '1 pack' : `${packs.length} packs`} (${names})`]),
    ...(rows === 0 ? [] : [`${rows === 1 ? '1 row' : `${rows} rows`} of the table`]),
    ...(lines === 0 ? [] : [`${lines === 1 ? '1 line' : `${lines} lines`} of the blocks`]),
  ];
  if (parts.length === 0) return '';
  const most = String(limit).replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
  return `Cut, because a comment holds less than ${most} characters: left out are ${parts.join(', ')}. \`attune-sync plan\` shows all of it.`;
}
