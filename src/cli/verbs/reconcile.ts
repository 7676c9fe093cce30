import { renderLookJson, renderLookText } from '../../commands/leader/render-look.ts';
import { requestLook } from '../../commands/leader/request-look.ts';
import type { LookedMessage } from '../../control/message.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { printable } from '../../text/printable.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface ReconcileVerbOptions {
  readonly wait?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly output: DataFormat;
}

/** Needs SELECT only. Steps go to standard error, the result to standard output. @returns the exit code, as of `apply` */
export function reconcileVerb(
  shell: Shell,
  refs: readonly string[],
  { wait = false, timeout, output }: ReconcileVerbOptions,
): Promise<number> {
  const { out, err, options, who } = shell;
  const tell = (line: string) => {
    if (options.logFormat === 'text') err.write(`${line}\n`);
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const looked = await requestLook(database, {
        refs,
        who,
        waitMs: wait ? timeout : 0,
        onHeard: (leader) => {
          tell(`► ${printable(leader)} leads and was asked to look again at ${refs.join(', ') || 'everything'}`);
          if (wait) tell(`◎ waiting for the end of the pass, at most ${formatDuration(timeout)}`);
        },
      });
      await writeData(out, output, renderLookJson(looked), () => renderLookText(looked, { ...out, refs }));
      return looked.answer === null ? exitCodes.ok : exitCodeOfLook(looked.answer, refs);
    }),
  );
}

/** Who asked for some packs is told of these; of the pass as a whole only where none of its packs explains it. */
export function exitCodeOfLook({ outcome, packs, sources = [] }: LookedMessage, refs: readonly string[]): ExitCode {
  const meant = refs.length === 0 ? packs : packs.filter(({ ref }) => refs.includes(ref));
  const found = new Set(meant.map((pack) => pack.outcome));
  if (sources.length > 0 || found.has('failed') || found.has('unreadable')) return exitCodes.error;
  const isExplained = packs.some((pack) => pack.outcome === 'failed' || pack.outcome === 'unreadable');
  if (outcome === 'failed' && (refs.length === 0 || !isExplained)) return exitCodes.error;
  if (found.has('blocked') || found.has('skipped')) return exitCodes.blocked;
  return outcome === 'blocked' && refs.length === 0 ? exitCodes.blocked : exitCodes.ok;
}
