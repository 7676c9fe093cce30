import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestRunner } from '../packs/content.ts';

/**
 * The command of a runner, to be run in the pack's directory. Commands are those of Attune, but a script is run by what
 * its first line names, and a directory of unittest is searched for tests.
 *
 * @param directory the pack's
 * @returns null where the type is none that can be run
 */
export async function findTestCommand(
  { type, entryPoint }: TestRunner,
  directory: string,
): Promise<readonly string[] | null> {
  if (type === 'pytest') return ['pytest', entryPoint, '-v'];
  if (type === 'script') return [...(await findInterpreter(join(directory, entryPoint))), entryPoint];
  if (type !== 'unittest') return null;
  const isFile = /\.py$/.test(entryPoint);
  return ['python3', '-m', 'unittest', ...(isFile ? [entryPoint] : ['discover', '-s', entryPoint])];
}

const longestLine = 256;

/** What an earlier runner put in the place of the script can be anything, and is only read where that cannot block. */
async function findInterpreter(file: string): Promise<readonly string[]> {
  const usual = [/\.sh$/.test(file) ? '/bin/sh' : '/bin/bash'];
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return usual;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestLine), 0, longestLine, 0);
    const [first = ''] = buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/);
    return readFirstLine(first) ?? usual;
  } catch {
    return usual;
  } finally {
    await handle.close();
  }
}

/** As the system reads it: a program and at most one argument. `env` looks in PATH, where the environment is first. */
function readFirstLine(line: string): readonly string[] | null {
  const [, program, argument] = /^#!\s*(\/\S+)(?:\s+(.*\S))?\s*$/.exec(line) ?? [];
  if (program === undefined) return null;
  return argument === undefined ? [program] : [program, argument];
}
