import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { programVariable } from './cli-arguments.ts';
import { compile } from './compile.ts';

/** Does some work for which `cliArguments` gives the program as users run it, compiled. */
export async function withProgram<T>(work: () => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'attune-sync-program-'));
  try {
    const program = join(scratch, 'program');
    await compile(program);
    await bundle(program);
    process.env[programVariable] = program;
    return await work();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
