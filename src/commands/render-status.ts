import type { Json, JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { renderProblems } from '../problems/render-problems.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import type { PackState, PackStatus, Status } from './build-status.ts';
import { renderEnvironments } from './render-environments.ts';
import { sayRemedyFirst } from './resume.ts';
import { renderRestartsJson, sayRestart } from './sensors/render-restarts.ts';

const columns = [
  { header: 'PACK', wrapTo: 24 },
  { header: 'DESIRED', wrapTo: 14 },
  { header: 'INSTALLED', wrapTo: 14 },
  { header: 'STATE' },
  { header: 'COMMIT' },
  { header: 'MESSAGE', wrapTo: 20 },
];

/** One row a pack, then what keeps all of them from being applied, how many are in which state, and the last run over all packs. */
export function renderStatusText(
  status: Status,
  options: { color: boolean; width: number; base?: string; columns?: number },
): string {
  const paint = createPaint(options.color);
  const rows = status.packs.map((pack) => row(pack, paint));
  const table = rows.length === 0 ? [] : renderTable(columns, rows, { width: options.width, headerPaint: paint.dim });
  const problems = renderProblems(status.problems, options);
  const environments = new Map(status.packs.map(({ ref, environments: its = [] }) => [ref, its]));
  const runsIn = renderEnvironments(environments, { paint, width: options.width });
  const suspended = status.suspensions.map((one) => paint.yellow(printable(sayRemedyFirst(one))));
  const sections = [
    table.join('\n'),
    runsIn.join('\n'),
    problems.trimEnd(),
    suspended.join('\n'),
    tellServices(status).map(paint.yellow).join('\n'),
    `${summary(status)}\n${lastRun(status)}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The same with whole commits and times as ISO 8601. */
export function renderStatusJson(status: Status): JsonObject {
  const { lastRun: run } = status;
  return {
    formatVersion: 1,
    manager: status.manager,
    lastRun: run === null ? null : { ...run, started: run.started.toISOString(), ended: run.ended.toISOString() },
    suspensions: plain(status.suspensions),
    packs: status.packs.map(({ hold, environments, suspensions, ...pack }) => ({
      ...pack,
      ...(suspensions === undefined ? {} : { suspensions: plain(suspensions) }),
      ...(environments === undefined ? {} : { environments: environments.map((one) => ({ ...one })) }),
      ...(hold === undefined ? {} : { hold: { ...hold, since: hold.since.toISOString() } }),
    })),
    ...(status.restarts === undefined ? {} : { restarts: renderRestartsJson(status.restarts) }),
    ...(status.announcements === undefined
      ? {}
      : { announcements: { ...status.announcements, oldest: status.announcements.oldest?.toISOString() ?? null } }),
    problems: JSON.parse(JSON.stringify(status.problems)),
  };
}

/** What Attune's services run or know that is not what is installed. */
function tellServices({ restarts = [], announcements }: Status): readonly string[] {
  const listed = restarts.map((row) => `Sensor ${sayRestart(row)}.`);
  const remedy = "Restart Attune's sensor service; when that is done, `attune-sync sensors restarted` says so.";
  const since = announcements?.oldest == null ? '' : `, since ${formatTime(announcements.oldest)}`;
  return [
    ...(listed.length === 0 ? [] : [...listed, remedy]),
    ...(announcements === undefined
      ? []
      : [
          `${countOf(announcements.count, 'message')} for Attune's services ${announcements.count === 1 ? 'waits' : 'wait'} for the message broker${since}.`,
        ]),
  ];
}

function plain(value: readonly object[]): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function row(pack: PackStatus, paint: Paint): Cell[] {
  return [
    { text: pack.ref, paint: paint.bold },
    { text: pack.desired },
    { text: pack.installed ?? '-' },
    { text: pack.state, paint: colourOf(pack.state, paint) },
    { text: pack.commit?.slice(0, 7) ?? '-' },
    { text: pack.message ?? '' },
  ];
}

function colourOf(state: PackState, paint: Paint): Paint['green'] {
  if (state === 'installed') return paint.green;
  return state === 'failed' || state === 'unreadable' || state === 'blocked' ? paint.red : paint.yellow;
}

/** `Manager examples: 6 packs, 5 installed, 1 blocked.` */
function summary({ manager, packs }: Status): string {
  if (packs.length === 0) return `Manager ${manager}: no pack is desired or installed.`;
  const counts = new Map<PackState, number>();
  for (const { state } of packs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].sort(([one], [other]) => one.localeCompare(other, 'en'));
  return `Manager ${manager}: ${countOf(packs.length, 'pack')}, ${parts.map(([state, count]) => `${count} ${state}`).join(', ')}.`;
}

function lastRun({ lastRun: run }: Status): string {
  if (run === null) return 'No run over all packs is recorded yet.';
  return `Last run over all packs (${run.id}): ${run.outcome}, ${formatTime(run.ended)}, ${run.cause} by ${printable(run.who)}.`;
}
