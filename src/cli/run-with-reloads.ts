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
  const request: Request = { isOpen: false, look: () => {} };
  let loaded = await loadShellConfig(shell);
  let before: LoadedConfig | null = null;
  let news: EventBody | null = null;
  const release = shell.takeHangups?.(() => {
    request.isOpen = true;
    request.look();
  });
  try {
    for (;;) {
      const reader = createReader(shell, request, { news, onReload });
      const signal = AbortSignal.any([shell.signal, reader.found]);
      // Every git process that runs waits for it.
      setMaxListeners(0, signal);
      try {
        await withContext({ ...shell, signal }, (context) => run(context, reader.companion), loaded);
      } catch (error) {
        if (before === null || reader.hasBegun()) throw error;
        news = { type: 'config-refused', problems: problemsOf(error) };
        loaded = before;
        before = null;
        continue;
      }
      const next = reader.next();
      if (shell.signal.aborted || next === null) return;
      before = loaded;
      loaded = next;
      news = { type: 'config-reloaded' };
    }
  } finally {
    release?.();
  }
}

/** Somebody wants the configuration read, perhaps while no daemon runs that could say what comes of it. */
interface Request {
  isOpen: boolean;
  look: () => void;
}

/** Reads the configuration anew whenever that is requested, for one daemon, until it is another one that is valid. */
function createReader(shell: Shell, request: Request, options: { news: EventBody | null; onReload: () => void }) {
  const found = new AbortController();
  let next: LoadedConfig | null = null;
  let hasBegun = false;
  let isReading = false;

  async function read(view: DaemonView): Promise<void> {
    const { log } = view.context;
    while (request.isOpen && !isReading && next === null) {
      request.isOpen = false;
      isReading = true;
      options.onReload();
      log.info('Reading the configuration anew.');
      try {
        next = await loadShellConfig(shell);
        log.info('It is valid: the daemon ends what is in hand and begins anew with it.');
        found.abort();
      } catch (error) {
        tell(view, { type: 'config-refused', problems: problemsOf(error) });
      }
      isReading = false;
    }
  }

  const companion: Companion = async (view) => {
    hasBegun = true;
    if (options.news !== null) tell(view, options.news);
    request.look = () => void read(view);
    request.look();
    return {
      async close() {
        request.look = () => {};
      },
    };
  };
  return { companion, found: found.signal, next: () => next, hasBegun: () => hasBegun };
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
