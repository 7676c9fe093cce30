import { runBench } from './run-bench.ts';

const report = await runBench(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`));
process.stdout.write(`\n${report}`);
