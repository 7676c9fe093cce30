import { join } from 'node:path';
import { compile } from '../support/compile.ts';
import { runProgram } from '../support/run-program.ts';
import { type LineChild, startChild } from './start-child.ts';

/** The program as users run it: compiled, without a loader that would count as its memory and start-up. */
export interface Program {
  /** Runs `attune-sync` with these arguments to its end. @returns standard output */
  command(args: readonly string[]): Promise<string>;
  /** Starts one of the scripts in `children/`. */
  start(name: string, args: readonly string[]): LineChild;
}

/** Compiles `src/` and the scripts of this directory's `children/` below `directory`. Types are checked elsewhere. */
export async function compileProgram(directory: string): Promise<Program> {
  const program = join(directory, 'program');
  await compile(program, ['test/bench/children']);
  return {
    command: (args) => runProgram(process.execPath, [join(program, 'src/cli.js'), ...args], { directory }),
    start: (name, args) => startChild(join(program, `test/bench/children/${name}.js`), args),
  };
}
