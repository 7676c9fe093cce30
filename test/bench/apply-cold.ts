import type { Bench } from './bench.ts';
import type { PassReport } from './children/run-passes.ts';
import { openTarget, type Target } from './target.ts';

/** A target, and a process of the compiled program that has applied everything into it and can make more passes. */
export interface ColdApply {
  readonly target: Target;
  readonly first: PassReport;
  /** One more pass, in which nothing may have changed unless it is said. */
  pass(expected?: Outcome): Promise<PassReport>;
  close(): Promise<void>;
}

type Outcome = 'applied' | 'unchanged';

/** Everything in `desired` applied into a new target. @throws Error where it was not applied */
export async function applyCold(
  { directory, program, server, fleet }: Bench,
  options: { readonly server?: Bench['server']; readonly desired?: string } = {},
): Promise<ColdApply> {
  const target = await openTarget(directory, options.server ?? server, options.desired ?? fleet.desired);
  const child = startPasses(program, target);
  const close = async () => {
    await child.close();
    await target.close();
  };
  try {
    return { target, first: await child.pass('applied'), pass: child.pass, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A process that makes passes over a target. */
export function startPasses(program: Bench['program'], { configFile }: Target): Pick<ColdApply, 'pass' | 'close'> {
  const child = program.start('run-passes', [configFile]);
  return {
    async pass(expected = 'unchanged') {
      child.ask();
      const report = JSON.parse(await child.answer()) as PassReport;
      if (report.outcome === expected) return report;
      throw new Error(`the pass was ${report.outcome}, not ${expected}: ${report.problems.slice(0, 5).join('; ')}`);
    },
    close: () => child.close(),
  };
}
