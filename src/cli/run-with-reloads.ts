import { setMaxListeners } from 'node:events';
import type { Context } from '../context.ts';
import type { Companion, DaemonView } from '../daemon/daemon-view.ts';
import { type Problem, problemsOf } from '../errors.ts';
import type { EventBody } from '../events/event.ts';
import { type LoadedConfig, loadShellConfig, withContext } from './open-context.ts';
import type { Shell } from './shell.ts';

interface ReloadOptions {
  /** Runs a daemon until the context's signal aborts, with this companion after all others. */
  readonly run: (context: Context, last: Companion) => Promise<void>;
  /** Called when somebody asks for the configuration to be read anew. */
  readonly onReload: () => void;
}

/**
 * Runs a daemon until the shell's signal aborts. At SIGHUP its configuration is read anew: one that is valid ends the
 * daemon after the pack in hand and begins it with the new one; one that is refused, or with which it cannot begin,
 * changes nothing.
 */
export async function runWithReloads(shell: Shell, { run, onReload }: ReloadOptions): Promise<void> {
  let loaded = await loadShellConfig(shell);
  let before: LoadedConfig | null = null;
  let news: EventBody | null = null;
  let isAsked = false;
  let look = () => {};
  const release = shell.takeHangups?.(() => {
    isAsked = true;
    look();
  });
  try {
    for (;;) {
      const ending = new AbortController();
      const found: { next: LoadedConfig | null; hasBegun: boolean } = { next: null, hasBegun: false };
      const last: Companion = async (view) => {
        found.hasBegun = true;
        if (news !== null) tell(view, news);
        let isReading = false;
        const read = async () => {
          if (!isAsked || isReading || found.next !== null) return;
          isAsked = false;
          isReading = true;
          onReload();
          view.context.log.info('Reading the configuration anew.');
          try {
            found.next = await loadShellConfig(shell);
            ending.abort();
          } catch (error) {
            tell(view, { type: 'config-refused', problems: problemsOf(error) });
          }
          isReading = false;
          await read();
        };
        look = () => void read();
        look();
        return {
          async close() {
            look = () => {};
          },
        };
      };
      try {
        const signal = AbortSignal.any([shell.signal, ending.signal]);
        setMaxListeners(0, signal);
        await withContext({ ...shell, signal }, (context) => run(context, last), loaded);
      } catch (error) {
        if (before === null || found.hasBegun) throw error;
        news = { type: 'config-refused', problems: problemsOf(error) };
        loaded = before;
        before = null;
        continue;
      }
      if (shell.signal.aborted || found.next === null) return;
      before = loaded;
      loaded = found.next;
      news = { type: 'config-reloaded' };
    }
  } finally {
    release?.();
  }
}

function tell({ context: { log }, events }: DaemonView, news: EventBody): void {
  if (news.type === 'config-refused') {
    for (const one of news.problems) {
      log.error(`The new configuration is refused, the one before stays in force: ${sayWhere(one)}`, {
        code: one.code,
      });
    }
  } else {
    log.info('The new configuration is in force.');
  }
  events.emit(news);
}

function sayWhere({ message, where, hint }: Problem): string {
  const place = where === undefined ? '' : `${where.file}:${where.line ?? 1}:${where.column ?? 1}: `;
  return `${place}${message}${hint === undefined ? '' : ` ${hint}`}`;
}
