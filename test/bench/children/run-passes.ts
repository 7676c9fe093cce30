import { createInterface } from 'node:readline';
import { createCollector } from '../../../src/daemon/collect-garbage.ts';
import { noProgress, type Progress, type ProgressStep } from '../../../src/progress.ts';
import { reconcile } from '../../../src/reconcile.ts';
import { openContext } from './open-context.ts';

/** What one pass was, as a line of JSON. */
export interface PassReport {
  readonly outcome: string;
  /** Of the first pass from the start of the process. */
  readonly ms: number;
  /** From the start of each step to its end, in ms. */
  readonly steps: Readonly<Partial<Record<ProgressStep, number>>>;
  /** The most memory this process ever held. */
  readonly maxRssKiB: number;
  /** Why it was not applied. */
  readonly problems: readonly string[];
}

// Argument: a configuration. A pass for each line of standard input, a report of it on standard output.
const took = new Map<ProgressStep, number>();
const progress: Progress = {
  async phase(step, _total, work) {
    const began = performance.now();
    const made = await work();
    // A step comes twice where packs that wait for a build are written after the others.
    took.set(step, (took.get(step) ?? 0) + performance.now() - began);
    return made;
  },
  step: noProgress.step,
};
const context = await openContext(process.argv[2] ?? '', { progress });
// As the daemon does between its passes.
const collectGarbage = createCollector();
let isFirst = true;
for await (const _line of createInterface({ input: process.stdin })) {
  const started = isFirst ? 0 : performance.now();
  isFirst = false;
  took.clear();
  const { result } = await reconcile(context, { cause: 'apply', who: 'bench@here', lockTimeoutMs: 10_000 });
  const problems = [...(result?.problems ?? []), ...(result?.packs ?? []).flatMap((pack) => pack.problems)];
  const report: PassReport = {
    outcome: result?.outcome ?? 'refused',
    ms: performance.now() - started,
    steps: Object.fromEntries(took),
    maxRssKiB: process.resourceUsage().maxRSS,
    problems: problems.map(({ message }) => message),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  collectGarbage();
}
await context.database.close();
