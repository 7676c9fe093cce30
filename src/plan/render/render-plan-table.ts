import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { type Cell, renderTable } from '../../text/render-table.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { ContentVersion, PackChange, Plan, UnreadableEntry } from '../plan.ts';
import { colourOf, type Sign, signOf } from './render-sign.ts';

const columns = [
  { header: '' },
  { header: 'PACK', wrapTo: 24 },
  { header: 'ACTION' },
  { header: 'FROM', wrapTo: 14 },
  { header: 'TO', wrapTo: 14 },
  { header: 'REASON', wrapTo: 16 },
];

interface TableRow {
  readonly sign: Sign;
  readonly ref: string;
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Below this many columns a row takes two lines: what happens, and why. */
const narrow = 60;

/** One row for every pack that changes, is blocked or cannot be read. Empty where there is none. */
export function renderPlanTable(plan: Plan, { paint, width }: { paint: Paint; width: number }): string[] {
  const rows = [...plan.changes.map(changeRow), ...plan.unreadable.map(unreadableRow)];
  if (rows.length === 0) return [];
  if (width < narrow) return rows.flatMap((row) => narrowRow(row, paint, width));
  return renderTable(
    columns,
    rows.map((row) => cells(row, paint)),
    { width, headerPaint: paint.dim },
  );
}

function changeRow(change: PackChange): TableRow {
  const { ref, action } = change;
  const sign = signOf(change);
  const blocks = change.blocks.map(({ sentence }) => sentence).join('; ');
  const reason = sign === '!' ? `blocked: ${blocks}` : change.reason.sentence;
  return { sign, ref, action, from: version(change.from), to: version(change.to), reason };
}

function unreadableRow({ ref, problems }: UnreadableEntry): TableRow {
  const reason = firstSentence(problems[0]?.message ?? 'cannot be read');
  return { sign: '?', ref, action: 'unreadable', from: '', to: '', reason };
}

/** The problem stands whole below the table, with all that git said. */
function firstSentence(message: string): string {
  const [first = ''] = message.split(/[;.]\s/);
  return first.replace(/\.$/, '');
}

function cells({ sign, ref, action, from, to, reason }: TableRow, paint: Paint): Cell[] {
  const colour = colourOf(sign, paint);
  return [
    { text: sign, paint: colour },
    { text: ref, paint: (text) => paint.bold(colour(text)) },
    { text: action },
    { text: from },
    { text: to },
    { text: reason },
  ];
}

function narrowRow({ sign, ref, action, from, to, reason }: TableRow, paint: Paint, width: number): string[] {
  const moved = from !== to && from !== '-' && to !== '-';
  const versions = moved ? `${from} → ${to}` : to === '-' ? from : to;
  const title = `${sign} ${printable(ref)}`;
  const rest = printable([action, versions].filter((part) => part !== '').join(' '));
  const why = wrapText(printable(reason), width - 4).map((line) => `    ${line}`);
  return [`${paint.bold(colourOf(sign, paint)(title))} ${rest}`, ...why];
}

function version(content: ContentVersion | null): string {
  return content?.version ?? '-';
}
