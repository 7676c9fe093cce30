import type { DaemonOptions } from '../../daemon/daemon-options.ts';
import { runDaemon } from '../../daemon/run-daemon.ts';
import { reconcile } from '../../reconcile.ts';
import { createSystemd } from '../../systemd/create-systemd.ts';
import { feelPulse } from '../../systemd/feel-pulse.ts';
import { sweepIdle } from '../../versions/sweep/sweep-idle.ts';
import { exitCodes } from '../exit-code.ts';
import { openContextDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import { runWithReloads } from '../run-with-reloads.ts';
import type { Shell } from '../shell.ts';

/** Plans are shown whole to a person who watches; elsewhere they are log lines like everything else. */
export async function daemonVerb(shell: Shell, more: Pick<DaemonOptions, 'onReady'> = {}): Promise<number> {
  const { err, options, environment, signal } = shell;
  const show = err.isTerminal && options.logFormat === 'text' ? { show: (text: string) => err.write(text) } : {};
  const systemd = createSystemd({ environment, pid: process.pid, stopping: signal });
  await runWithReloads(shell, {
    onReload: () => systemd?.reloading(),
    async run(context, last) {
      const { http } = context.config;
      const pulse = feelPulse(context.progress, () => performance.now());
      const companions = [
        ...(http === undefined ? [] : [(await import('../../http/serve-http.ts')).serveHttp(http, shell.version)]),
        ...(systemd === null ? [] : [systemd.companion(pulse)]),
        last,
      ];
      await runDaemon(
        { ...context, progress: pulse.progress },
        {
          reconcile,
          who: shell.who,
          openDatabase: () => openContextDatabase(context),
          sweep: (database) => sweepIdle(database, shell.who),
          color: err.color,
          width: textWidth(err),
          companions,
          logsData: options.logFormat === 'json',
          ...show,
          ...more,
        },
      );
    },
  });
  return exitCodes.ok;
}
