import type { PackResult } from '../apply/result.ts';
import { problemsOf } from '../errors.ts';
import type { EventBody } from '../events/event.ts';
import type { WaitingRetry } from './daemon-state.ts';
import type { Pass } from './run-loop.ts';
import type { PassReport } from './run-pass.ts';

/** What comes after a pass: when the next one begins by itself, and which packs are tried again by themselves. */
export interface AfterPass {
  readonly nextMs: number;
  /** By ref. */
  readonly retries: ReadonlyMap<string, WaitingRetry>;
}

/** Tells passes as events. */
export type PassTeller = (end: PassReport, pass: Pass, after: AfterPass) => void;

/** An event is one line of a stream; the log has all. */
const mostProblems = 5;

/** Remembers what troubles each pack, so that only what is new is told. */
export function createPassTeller(emit: (body: EventBody) => void): PassTeller {
  let troubled = new Map<string, string>();

  function tellPacks(packs: readonly PackResult[], { targets }: Pass, { retries }: AfterPass): void {
    const before = troubled;
    // A pass over some packs says nothing of the others.
    troubled = new Map(targets === undefined ? [] : [...before].filter(([ref]) => !targets.includes(ref)));
    const waiting = new Set<string>();
    for (const pack of packs) {
      const { ref, outcome, problems } = pack;
      if (outcome === 'applied') continue;
      if (isPassing(pack)) {
        waiting.add(ref);
        const known = before.get(ref);
        if (known !== undefined) troubled.set(ref, known);
        continue;
      }
      const trouble = nameTrouble(pack);
      troubled.set(ref, trouble);
      if (before.get(ref) === trouble) continue;
      emit({ type: 'pack-troubled', ref, outcome, problems, retryAt: retries.get(ref)?.at ?? null });
    }
    for (const ref of before.keys()) if (!troubled.has(ref) && !waiting.has(ref)) emit({ type: 'pack-recovered', ref });
  }

  return (end, pass, after) => {
    const { cause } = pass;
    const { durationMs } = end;
    const { nextMs } = after;
    if ('error' in end) {
      emit({ type: 'pass-failed', cause, problems: problemsOf(end.error), durationMs, nextMs });
      return;
    }
    const { packs, outcome, run, unchanged } = end.result;
    for (const { ref, action, reason, to, outcome: became, durationMs: tookMs } of packs) {
      if (became !== 'applied') continue;
      const version = to?.version ?? null;
      emit({
        type: 'pack-applied',
        ref,
        action: action ?? '',
        reason: reason?.code ?? '',
        version,
        durationMs: tookMs,
      });
    }
    tellPacks(packs, pass, after);
    const errors = end.result.problems.filter(({ severity }) => severity === 'error').slice(0, mostProblems);
    const why = errors.length === 0 ? {} : { problems: errors };
    emit({ type: 'pass-ended', cause, outcome, packs: countPacks(packs, unchanged), ...why, durationMs, nextMs, run });
  };
}

/** What ends by itself or waits for another pack, or is told as something else: no news of this pack. */
const passing: ReadonlySet<string> = new Set([
  'absence-unproven',
  'git-fetching',
  'needs-another',
  'stopped',
  'superseded',
  'suspended',
]);

function isPassing({ problems }: PackResult): boolean {
  return problems.length > 0 && problems.every(({ code }) => passing.has(code));
}

/** Another version that fails alike is news; what a message counts or measures is not. */
function nameTrouble({ outcome, to, problems }: PackResult): string {
  return JSON.stringify([outcome, to?.digest, problems.map(({ code, where }) => [code, where])]);
}

function countPacks(packs: readonly PackResult[], unchanged: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { unchanged };
  for (const { outcome } of packs) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
