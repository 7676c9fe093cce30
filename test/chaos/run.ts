import { parseArgs } from 'node:util';
import { withProgram } from '../support/with-program.ts';
import { runChaos } from './run-chaos.ts';

const usage = 'npm run test:chaos -- [--seed N] [--minutes M] [--packs N] [--remotes N]';

/** Faults for some minutes, repeatable by their seed; ends with 1 where something is wrong in the end. */
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '5' },
      packs: { type: 'string', default: '50' },
      remotes: { type: 'string', default: '20' },
    },
  });
  const [seed = 0, minutes = 0, packs = 0, remotes = 0] = [
    values.seed,
    values.minutes,
    values.packs,
    values.remotes,
  ].map(Number);
  if (!(seed > 0 && minutes > 0 && packs > 0 && remotes > 0)) throw new TypeError(usage);
  const wrong = await withProgram(() =>
    runChaos({
      ...{ seed, packs, remotes, pace: 1, burst: 100 },
      steps: Number.POSITIVE_INFINITY,
      limitMs: minutes * 60_000,
      boundMs: 120_000,
      say: (line) => process.stdout.write(`${line}\n`),
    }),
  );
  if (wrong.length === 0) process.stdout.write('Nothing is wrong.\n');
  else process.stderr.write(`Wrong in the end (seed ${seed}):\n${wrong.join('\n')}\n`);
  return wrong.length === 0 ? 0 : 1;
}
