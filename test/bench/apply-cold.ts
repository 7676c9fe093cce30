import type { Bench } from './bench.ts';
import type { PassReport } from './children/run-passes.ts';
import type { LineChild } from './start-child.ts';
import { openTarget, type Target } from './target.ts';

/** A target, and a process of the compiled program that has applied everything into it and can make more passes. */
export interface ColdApply {
  readonly target: Target;
  readonly first: PassReport;
  /** One more pass, in which nothing may have changed. */
  pass(): Promise<PassReport>;
  close(): Promise<void>;
}

/** Everything in `desired` applied into a new target. @throws Error where it was not applied */
export async function applyCold(
  { directory, program, server, fleet }: Bench,
  options: { readonly server?: Bench['server']; readonly desired?: string } = {},
): Promise<ColdApply> {
  const target = await openTarget(directory, options.server ?? server, options.desired ?? fleet.desired);
  const child = program.start('run-passes', [target.configFile]);
  const close = async () => {
    await child.close();
    await target.close();
  };
  try {
    return { target, first: await pass(child, 'applied'), pass: () => pass(child, 'unchanged'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pass(child: LineChild, expected: 'applied' | 'unchanged'): Promise<PassReport> {
  child.ask();
  const report = JSON.parse(await child.answer()) as PassReport;
  if (report.outcome === expected) return report;
  throw new Error(`the pass was ${report.outcome}, not ${expected}: ${report.problems.slice(0, 5).join('; ')}`);
}
