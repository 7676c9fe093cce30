import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';
import { type LineChild, startChild } from './start-child.ts';

/** The program as users run it: compiled, without a loader that would count as its memory and start-up. */
export interface Program {
  /** Runs `attune-sync` with these arguments to its end. @returns standard output */
  command(args: readonly string[]): Promise<string>;
  /** Starts one of the scripts in `children/`. */
  start(name: string, args: readonly string[]): LineChild;
}

const root = dirname(dirname(import.meta.dirname));

/** Compiles `src/` and the scripts of this directory's `children/` below `directory`. Types are checked elsewhere. */
export async function compileProgram(directory: string): Promise<Program> {
  const program = join(directory, 'program');
  await mkdir(program);
  for (const name of ['package.json', 'node_modules', 'migrations', 'schemas']) {
    await symlink(join(root, name), join(program, name));
  }
  const project = join(program, 'tsconfig.json');
  const options = { noEmit: false, rootDir: root, outDir: program, noCheck: true };
  const include = [join(root, 'src'), join(root, 'test/bench/children')];
  await writeFile(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include }));
  await runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
  return {
    command: (args) => runProgram(process.execPath, [join(program, 'src/cli.js'), ...args], { directory }),
    start: (name, args) => startChild(join(program, `test/bench/children/${name}.js`), args),
  };
}
