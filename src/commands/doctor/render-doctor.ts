import type { JsonObject } from '../../json.ts';
import { renderPlace } from '../../problems/render-problems.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import type { DoctorReport } from './doctor.ts';
import type { Finding } from './finding.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Paths below it are shown relative to it. */
  readonly base?: string;
  /** Of a terminal: sentences are wrapped. Hints that hold statements never are. */
  readonly columns?: number;
  /** False: signs in ASCII, for a terminal that shows nothing else. */
  readonly unicode: boolean;
}

/** A sign and a sentence for each finding, the remedy under it, and the totals last. */
export function renderDoctorText({ checks }: DoctorReport, options: RenderOptions): string {
  const paint = createPaint(options.color);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const { made, unmade } = setApart(checks);
  const lines = made.flatMap(({ name, findings }) =>
    findings.flatMap((finding, index) => renderFinding(finding, index === 0 ? name : '', { ...options, paint, width })),
  );
  const sign = signs.skipped[options.unicode ? 0 : 1];
  const left = [...unmade].flatMap(([message, names]) =>
    hangText(`${sign} `, `${names.join(', ')}: ${message}`, options.columns ?? Number.POSITIVE_INFINITY).map(paint.dim),
  );
  return `${[...lines, ...left].join('\n')}\n\n${renderTotals(checks.flatMap(({ findings }) => findings))}\n`;
}

/** The same as data; `level` of a check is the worst of its findings. */
export function renderDoctorJson({ manager, checks }: DoctorReport): JsonObject {
  return {
    formatVersion: 1,
    manager,
    checks: checks.map(({ name, findings }) => ({
      name,
      level: worst(findings),
      findings: JSON.parse(JSON.stringify(findings)),
    })),
  };
}

const order: readonly Finding['level'][] = ['error', 'warning', 'ok', 'skipped'];

function worst(findings: readonly Finding[]): Finding['level'] {
  return order.find((level) => findings.some((finding) => finding.level === level)) ?? 'skipped';
}

/** Checks of which nothing could be looked at, by why: mostly one thing stands in the way of many. */
function setApart(checks: DoctorReport['checks']) {
  const unmade = new Map<string, string[]>();
  const made = checks.filter(({ name, findings: [first, ...others] }) => {
    if (first === undefined || first.level !== 'skipped' || others.length > 0) return true;
    unmade.set(first.message, [...(unmade.get(first.message) ?? []), name]);
    return false;
  });
  return { made, unmade };
}

const signs = {
  ok: ['✔', '+'],
  warning: ['!', '!'],
  error: ['✗', 'x'],
  skipped: ['–', '-'],
} as const;

function renderFinding(
  { level, message, code, hint, where }: Finding,
  name: string,
  { paint, width, unicode, base, columns }: RenderOptions & { readonly paint: Paint; readonly width: number },
): readonly string[] {
  const sign = signs[level][unicode ? 0 : 1];
  const label = `${sign} ${name.padEnd(width)}  `;
  const place = where === undefined ? '' : `${renderPlace(where, base)}: `;
  const text = printable(`${place}${message}${code === undefined ? '' : ` [${code}]`}`);
  const [first = '', ...rest] = hangText(label, text, columns ?? Number.POSITIVE_INFINITY);
  const colour = { ok: paint.green, warning: paint.yellow, error: paint.red, skipped: paint.dim }[level];
  const hints = (hint ?? '').split('\n').filter((line) => line !== '');
  const indent = ' '.repeat(label.length);
  const arrow = unicode ? '→ ' : '> ';
  return [
    colour(sign) + first.slice(sign.length),
    ...rest,
    ...hints.flatMap((line, index) => {
      const lead = indent + (index === 0 ? arrow : '  ');
      // A statement is to be copied whole.
      if (line.endsWith(';')) return [lead + printable(line)];
      return hangText(lead, printable(line), columns ?? Number.POSITIVE_INFINITY);
    }),
  ];
}

/** `14 checks passed, 1 warning, 2 errors, 3 not made.` counts findings, not checks: each can be mended by itself. */
function renderTotals(findings: readonly Finding[]): string {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const several = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const parts = [
    `${count('ok')} fine`,
    several(count('warning'), 'warning'),
    several(count('error'), 'error'),
    ...(count('skipped') === 0 ? [] : [`${count('skipped')} not looked at`]),
  ];
  return `${parts.join(', ')}.`;
}
