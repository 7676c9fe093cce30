import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWith } from '../support/bundle.ts';
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

const children = 'test/bench/children';

/**
 * Compiles `src/` and the scripts of this directory's `children/` below `directory`. Types are checked elsewhere.
 *
 * @param short also puts each into few files, which start sooner than what users run
 */
export async function compileProgram(directory: string, short: boolean): Promise<Program> {
  const program = join(directory, 'program');
  await compile(program, [children]);
  const names = (await readdir(join(program, children))).filter((name) => name.endsWith('.js'));
  if (short) {
    await bundleWith(
      program,
      names.map((name) => join(children, name)),
    );
  }
  const cli = join(program, short ? 'bundle/src/cli.js' : 'src/cli.js');
  const scripts = join(program, short ? 'bundle/src' : children);
  return {
    command: (args) => runProgram(process.execPath, [cli, ...args], { directory }),
    start: (name, args) => startChild(join(scripts, `${name}.js`), args),
  };
}
