import { runProgram } from '../../support/run-program.ts';

/**
 * Runs a program once for each argument, four at a time. `xargs` starts them, because it is small: what starting a
 * process costs grows with the memory of the one that starts it.
 */
export async function forEach(items: readonly string[], [file = '', ...args]: readonly string[]): Promise<void> {
  await runProgram('xargs', ['-0', '-P', '4', '-n', '1', file, ...args], { input: items.join('\0') });
}
