import type { RunResult } from '../apply/result.ts';
import type { PackChange, Plan } from '../plan/plan.ts';
import type { Fight } from './daemon-state.ts';

/** Remembers what passes repair. */
export interface Fights {
  /** Counts what a pass repaired. @returns those that are news: each at most once an hour */
  count(plan: Plan, result: RunResult): readonly Fight[];
  /** What was repaired often enough within the last hour, sorted. */
  list(): readonly Fight[];
}

const hourMs = 60 * 60 * 1000;
/** Somebody changes something by hand once, is corrected, and tries again; a third time is no accident. */
const often = 3;

interface Repaired {
  readonly ref: string;
  readonly component: string;
  readonly field: string;
  /** Milliseconds of `now`. */
  times: number[];
  toldMs: number;
}

/** Finds who else writes what we write: the same field repaired three times within an hour. */
export function createFights(now: () => Date): Fights {
  const repaired = new Map<string, Repaired>();

  function forget(nowMs: number): void {
    for (const [key, one] of repaired) {
      one.times = one.times.filter((time) => nowMs - time < hourMs);
      if (one.times.length === 0) repaired.delete(key);
    }
  }

  const describe = ({ ref, component, field, times }: Repaired): Fight => ({
    ref,
    component,
    field,
    times: times.length,
    lastAt: new Date(times.at(-1) ?? 0),
  });

  return {
    count({ changes }, { packs }) {
      const nowMs = now().getTime();
      forget(nowMs);
      const applied = new Set(packs.flatMap(({ ref, outcome }) => (outcome === 'applied' ? [ref] : [])));
      const news: Fight[] = [];
      for (const place of changes.filter(({ ref }) => applied.has(ref)).flatMap(repairs)) {
        const key = JSON.stringify(place);
        const one = repaired.get(key) ?? { ...place, times: [], toldMs: Number.NEGATIVE_INFINITY };
        repaired.set(key, one);
        one.times.push(nowMs);
        if (one.times.length < often || nowMs - one.toldMs < hourMs) continue;
        one.toldMs = nowMs;
        news.push(describe(one));
      }
      return news;
    },
    list() {
      forget(now().getTime());
      const found = [...repaired].filter(([, { times }]) => times.length >= often);
      return found.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => describe(one));
    },
  };
}

/** The rows of the pack, and its files. */
function repairs({ ref, pack, components, drifted = [] }: PackChange) {
  const rows = [
    { component: `pack ${ref}`, fields: pack.fields },
    ...components.map(({ kind, ref: name, fields }) => ({ component: `${kind} ${name}`, fields })),
  ];
  const fields = rows.flatMap((row) =>
    row.fields.flatMap(({ field, why }) => (why === 'drifted' ? [{ ref, component: row.component, field }] : [])),
  );
  return drifted.length === 0 ? fields : [...fields, { ref, component: `pack ${ref}`, field: 'files' }];
}
