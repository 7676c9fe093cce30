import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The program as users run it: compiled, without a loader that would count as its memory and start-up. */
export interface Program {
  /** Runs `attune-sync` with these arguments to its end. @returns standard output */
  command(args: readonly string[]): Promise<string>;
  /** Runs one of the scripts in `children/`. @returns standard output */
  child(name: string, args: readonly string[]): Promise<string>;
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
  const node = (script: string, args: readonly string[]) =>
    runProgram(process.execPath, [join(program, script), ...args], { directory });
  return {
    command: (args) => node('src/cli.js', args),
    child: (name, args) => node(`test/bench/children/${name}.js`, args),
  };
}
