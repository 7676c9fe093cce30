import { relative } from 'node:path';
import type { JsonObject } from '../../json.ts';
import type { CommitFacts } from '../../sources/git/read-change.ts';
import { formatTime } from '../../text/format-time.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import { maskedValue, nameOverride } from '../render-overrides.ts';
import type { TracedDocument } from './find-document.ts';
import type { WriterRun } from './read-writers.ts';
import type { Origin, Trace } from './trace.ts';

interface TraceOptions {
  readonly color: boolean;
  readonly width: number;
  /** Files below it are shown relative to it. */
  readonly base?: string;
}

/** A block a row: what it is, then each step back to who made it so. */
export function renderTraceText(traces: readonly Trace[], options: TraceOptions): string {
  const paint = createPaint(options.color);
  return traces.map((one) => renderOne(one, paint, options)).join('\n');
}

/** Everything, times as ISO 8601. */
export function renderTraceJson(traces: readonly Trace[]): JsonObject {
  const found = traces.map(({ overrides, row, ...one }) => ({
    ...one,
    enabled: row?.enabled ?? null,
    created: row?.created ?? null,
    updated: row?.updated ?? null,
    overrides: overrides.map((override) => ({ ...override, value: maskedValue(override) })),
  }));
  return JSON.parse(JSON.stringify({ formatVersion: 1, found })) as JsonObject;
}

function renderOne(trace: Trace, paint: Paint, { width, base }: TraceOptions): string {
  const { kind, ref, origin, row, waitsFor, overrides } = trace;
  const title = `${kind.replace('_', ' ')} ${ref}`;
  const off = row?.enabled === false ? ', switched off' : '';
  const lines: readonly (readonly [string, string | null])[] = [
    ['origin', `${sayOrigin(origin, trace)}${off}`],
    ...(origin === 'managed' || origin === 'deleted' ? sayManaged(trace, base) : sayOthers(trace, base)),
    ...overrides.map(
      (one) =>
        [
          'override',
          `${nameOverride(one)}; a person set it, Attune does not say who; seen ${formatTime(one.seen)}`,
        ] as const,
    ),
    ['orphan', waitsFor.length === 0 ? null : `waits for ${waitsFor.join(' and ')}`],
  ];
  const said = lines.flatMap(([label, text]) =>
    text === null
      ? []
      : hangText(`  ${label.padEnd(labelWidth)}`, printable(text), width).map(
          (line) => paint.dim(line.slice(0, labelWidth + 2)) + line.slice(labelWidth + 2),
        ),
  );
  return `${[paint.bold(printable(title)), ...said].join('\n')}\n`;
}

const labelWidth = 10;

function sayOrigin(origin: Origin, { pack, row }: Trace): string {
  const made = row?.created === null || row?.created === undefined ? '' : ` on ${formatTime(row.created)}`;
  switch (origin) {
    case 'managed':
      return `managed by ${pack?.manager ?? 'nobody any more'}`;
    case 'deleted':
      return 'managed, but somebody deleted its row in Attune; the next apply makes it again';
    case 'adhoc':
      return `made by a person in Attune${made}; Attune does not say who`;
    case 'unmanaged':
      return `not installed by Attune Sync, and never changed by it; made${made}, nobody recorded by whom`;
    case 'not-installed':
      return 'not installed; only its document is known';
  }
}

function sayManaged(trace: Trace, base: string | undefined): readonly (readonly [string, string | null])[] {
  const { file, pack, source, change, document, writers } = trace;
  const { brought, last } = writers;
  const isOther = last !== null && last.run !== brought?.run;
  return [
    ['file', file === null ? 'what is installed is not on this machine' : at(file.path, file.line)],
    [
      'pack',
      pack === null
        ? null
        : `${pack.ref} ${pack.version}${pack.digest === null ? '' : ` (digest ${pack.digest.slice(0, 12)})`}`,
    ],
    ['source', source === null ? null : saySource(source, base)],
    ['commit', sayCommit(change, source?.commit ?? null)],
    ...sayDocument(document, base),
    ['run', brought === null ? 'history does not reach back to who installed it' : sayRun(brought)],
    ['then', isOther && last !== null ? sayRun(last) : null],
  ];
}

/** The pack that people's rows stand in, and what is desired of it. */
function sayOthers(
  { kind, pack, document }: Trace,
  base: string | undefined,
): readonly (readonly [string, string | null])[] {
  const isPack = kind === 'pack';
  const from = pack === null ? [] : [pack.sourceType, pack.sourceUrl, pack.sourceRef].filter((part) => part !== null);
  const by = pack?.installedBy == null ? '' : ` by ${pack.installedBy}`;
  return [
    [
      'pack',
      pack === null
        ? 'none'
        : `${pack.ref} ${pack.version}${pack.manager === null ? ', unmanaged' : `, managed by ${pack.manager}`}`,
    ],
    ['source', isPack && from.length > 0 ? `${from.join(' ')}, as Attune says` : null],
    ['installed', isPack && pack?.installedAt != null ? `${formatTime(pack.installedAt)}${by}` : null],
    ...(isPack ? sayDocument(document, base) : []),
  ];
}

function saySource({ type, url, ref, path }: NonNullable<Trace['source']>, base: string | undefined): string {
  const place = type === 'directory' ? shorten(url, base) : url;
  return [place, ref === null ? '' : `ref ${ref}`, path === null || path === '' ? '' : `path ${path}`]
    .filter((part) => part !== '')
    .join(', ');
}

/** Who changed the file; where only the commit is known from which it was read, that is said. */
function sayCommit(change: CommitFacts | null, read: string | null): string | null {
  if (change === null) return read === null ? null : `${read.slice(0, 12)}; its author is not known on this machine`;
  const { commit, author, date, subject, isLastChange } = change;
  const when = formatTime(new Date(date));
  const how = isLastChange ? '' : ' (read from it; what came before is not on this machine)';
  return `${commit.slice(0, 12)} by ${author}, ${when}: ${subject}${how}`;
}

function sayDocument(
  document: TracedDocument | null,
  base: string | undefined,
): readonly (readonly [string, string | null])[] {
  if (document === null) return [['document', 'none that is known on this machine']];
  const { entry, file, line, change } = document;
  return [
    ['document', `${at(shorten(file, base), line)}${isCalledByAddress(entry, file) ? '' : ` (${entry})`}`],
    ['commit', sayCommit(change, null)],
  ];
}

/** A git entry without a name is called `URL` or `URL//PATH`, and its files begin with that address. */
function isCalledByAddress(entry: string, file: string): boolean {
  return [entry, entry.slice(0, Math.max(0, entry.lastIndexOf('//')))].some(
    (address) => address !== '' && file.startsWith(`${address}:`),
  );
}

function sayRun({ run, action, reason, who, cause, ended }: WriterRun): string {
  return `${run}, ${formatTime(ended)}, ${cause} by ${who}: ${action}, ${reason}`;
}

function at(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}

function shorten(file: string, base: string | undefined): string {
  const short = base === undefined || !file.startsWith('/') ? file : relative(base, file);
  return short === '' || short.startsWith('..') ? file : short;
}
