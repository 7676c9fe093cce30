import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

const root = dirname(dirname(import.meta.dirname));

/**
 * Compiles `src/`, and more below the package, into a new directory with all that the program needs beside it: tests
 * run it as users do, and without a loader that costs more than the program. Types are checked elsewhere.
 */
export async function compile(program: string, more: readonly string[] = []): Promise<void> {
  await mkdir(program);
  for (const name of ['package.json', 'node_modules', 'migrations', 'schemas']) {
    await symlink(join(root, name), join(program, name));
  }
  const project = join(program, 'tsconfig.json');
  const options = { noEmit: false, rootDir: root, outDir: program, noCheck: true };
  const include = ['src', ...more].map((directory) => join(root, directory));
  await writeFile(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include }));
  await runProgram(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
}
