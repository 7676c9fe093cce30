import { SyncError } from '../errors.ts';
import { confirm } from './confirm.ts';
import type { Shell } from './shell.ts';

/**
 * Asks whoever sits before the terminal; to be called when all is known to be right and there is something to do.
 *
 * @param undone what the answer no means: `nothing was removed`
 * @throws SyncError `cannot-ask` where there is no terminal, with the command that needs none
 */
export async function ask(shell: Shell, question: string, undone: string): Promise<boolean> {
  if (shell.canAsk) return confirm(question, { ...shell, output: shell.err });
  throw new SyncError('cannot-ask', `There is no terminal to ask on, so ${undone}.`, {
    hint: `To have it done without being asked: \`${renderCommand(withYes(shell.args))}\``,
    retry: 'never',
  });
}

/** Before a `--`, after which it would be an argument. */
function withYes(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? [...args, '--yes'] : args.toSpliced(end, 0, '--yes');
}

/** As a shell takes it. */
function renderCommand(args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`));
  return ['attune-sync', ...quoted].join(' ');
}
