import type { RetryAnswer, SourceAnswer, StateMessage } from '../../control/message.ts';
import type { Problem } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { endSentence } from '../../text/end-sentence.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { formatTime } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import type { DaemonStatus } from './read-daemon-status.ts';

interface RenderOptions {
  readonly manager: string;
  readonly now: Date;
  /** Only what concerns this pack. */
  readonly ref?: string;
  /** Packs that failed or could not be read, as far as they are shown. */
  readonly troubled?: readonly string[];
}

/** One line on who leads and what it does, then when each pack and remote that failed is tried again. */
export function renderDaemonText(status: DaemonStatus, { manager, now, ref, troubled = [] }: RenderOptions): string {
  const { state } = status;
  const lines = [tellDaemons(status, manager, now)];
  if (state !== null) {
    const retries = state.retries.filter((retry) => ref === undefined || retry.ref === ref);
    const [moreRetries, moreSources] = ref === undefined ? [state.moreRetries, state.moreSources] : [0, 0];
    lines.push(
      ...state.failed.map((problem) => tellFailed(problem, state, now)),
      ...listed(
        retries.map((retry) => tellRetry(retry, now)),
        moreRetries,
        'pack',
      ),
      ...tellWaiting(state, troubled),
    );
    if (ref === undefined)
      lines.push(
        ...listed(
          state.sources.map((one) => tellSource(one, now)),
          moreSources,
          'remote',
        ),
      );
  }
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** The same as data; `state` is null where the leader did not answer. */
export function renderDaemonJson({ leader, standbys, state }: DaemonStatus): JsonObject {
  const { type: _, id: __, who: ___, ...told } = state ?? {};
  return { leader, standbys: [...standbys], state: state === null ? null : JSON.parse(JSON.stringify(told)) };
}

function tellDaemons({ leader, standbys, state }: DaemonStatus, manager: string, now: Date): string {
  const others = standbys.length === 0 ? '' : ` Standing by: ${standbys.join(', ')}.`;
  if (leader === null && standbys.length === 0)
    return `No daemon of manager ${manager} runs: packs change when somebody runs \`attune-sync apply\`.`;
  if (leader === null) return `No daemon leads at this moment.${others}`;
  if (state === null) return `The daemon of ${leader} leads, but did not answer within half a second.${others}`;
  return `The daemon of ${state.who} leads since ${formatTime(new Date(state.since))}; ${tellWork(state, now)}.${others}`;
}

function tellWork({ pass, nextLookAt }: StateMessage, now: Date): string {
  if (pass !== null) {
    const what = pass.targets === null ? 'all packs' : countOf(pass.targets, 'pack');
    return `it is looking at ${what} (${pass.cause}) for ${formatDuration(since(pass.since, now))} now`;
  }
  return nextLookAt === null ? 'it has not looked yet' : `next look ${until(nextLookAt, now)}`;
}

function tellFailed({ code, message }: Problem, { nextLookAt }: StateMessage, now: Date): string {
  const again = nextLookAt === null ? '' : `, and is tried again ${until(nextLookAt, now)}`;
  return `  The last pass could not be done${again}: ${endSentence(message)} [${code}]`;
}

function tellRetry({ ref, attempts, at }: RetryAnswer, now: Date): string {
  return `  ${ref} failed ${countOf(attempts, 'time')} in a row; next try ${until(at, now)}.`;
}

/** Those that no retry is planned for. A pass that is under way may be just about them. */
function tellWaiting({ pass, retries, moreRetries }: StateMessage, troubled: readonly string[]): readonly string[] {
  if (pass !== null || moreRetries > 0) return [];
  const planned = new Set(retries.map((retry) => retry.ref));
  const waiting = troubled.filter((ref) => !planned.has(ref));
  if (waiting.length === 0) return [];
  const hidden = Math.max(0, waiting.length - mostLines);
  const names = waiting.slice(0, mostLines).join(', ');
  const all = hidden === 0 ? names : `${names} and ${hidden} more`;
  return [`  ${all} ${waiting.length === 1 ? 'waits' : 'wait'} for a change.`];
}

function tellSource({ url, attempts, at, message }: SourceAnswer, now: Date): string {
  const said = endSentence(message);
  const what = said.includes(url) ? said : `${url}: ${said}`;
  return `  ${what} Failed ${countOf(attempts, 'time')} in a row; it is asked again ${until(at, now)}.`;
}

const mostLines = 10;

function listed(lines: readonly string[], more: number, what: string): readonly string[] {
  const hidden = Math.max(0, lines.length - mostLines) + more;
  return hidden === 0 ? lines : [...lines.slice(0, mostLines), `  … and ${countOf(hidden, `more ${what}`)}.`];
}

function until(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms <= 0 ? 'now' : `in ${formatDuration(ms)}`;
}

function since(time: string, now: Date): number {
  return Math.max(0, now.getTime() - Date.parse(time));
}
