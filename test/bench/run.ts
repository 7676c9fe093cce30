import { runBench } from './run-bench.ts';

// Ctrl-C ends the children; then what waits for them fails, and all that was opened is closed on the way out.
process.on('SIGINT', () => {});
const report = await runBench(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`));
process.stdout.write(`\n${report}`);
