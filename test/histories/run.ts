import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wishVariable } from './run-histories.ts';

/**
 * `npm run test:histories -- --runs 5000 --seed 42`: as many histories as asked for, half of them in a database of each
 * kind. Without a seed it is the time.
 */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const wish = `${Number(values.runs ?? 1000)} ${Number(values.seed ?? Date.now() % 1_000_000_000)}`;
const child = spawn(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../run.ts'), 'test/histories/'],
  {
    stdio: 'inherit',
    env: { ...process.env, [wishVariable]: wish },
  },
);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
