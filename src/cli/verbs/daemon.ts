import type { DaemonOptions } from '../../daemon/daemon-options.ts';
import { runDaemon } from '../../daemon/run-daemon.ts';
import { reconcile } from '../../reconcile.ts';
import { sweepIdle } from '../../versions/sweep/sweep-idle.ts';
import { exitCodes } from '../exit-code.ts';
import { openContextDatabase, withContext } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';

/** Plans are shown whole to a person who watches; elsewhere they are log lines like everything else. */
export function daemonVerb(shell: Shell, more: Pick<DaemonOptions, 'onReady'> = {}): Promise<number> {
  const { err, options } = shell;
  const show = err.isTerminal && options.logFormat === 'text' ? { show: (text: string) => err.write(text) } : {};
  return withContext(shell, async (context) => {
    const { http } = context.config;
    const companions =
      http === undefined ? [] : [(await import('../../http/serve-http.ts')).serveHttp(http, shell.version)];
    await runDaemon(context, {
      reconcile,
      who: shell.who,
      openDatabase: () => openContextDatabase(context),
      sweep: (database) => sweepIdle(database, shell.who),
      color: err.color,
      width: textWidth(err),
      companions,
      ...show,
      ...more,
    });
    return exitCodes.ok;
  });
}
