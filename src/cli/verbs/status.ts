import { setTimeout } from 'node:timers/promises';
import { readDaemonStatus } from '../../commands/leader/read-daemon-status.ts';
import { renderDaemonJson, renderDaemonText } from '../../commands/leader/render-daemon-status.ts';
import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderStatusJson, renderStatusText } from '../../commands/render-status.ts';
import { status } from '../../commands/status.ts';
import type { DatabaseContext } from '../../context.ts';
import { formatTime } from '../../text/format-time.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { terminalColumns } from '../output.ts';
import { reportError } from '../report-error.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, formatData } from '../write-data.ts';

interface StatusVerbOptions {
  readonly output: DataFormat;
  readonly watch?: boolean;
  /** Milliseconds, of `watch`; 2 seconds where not given. */
  readonly interval?: number;
}

/** Needs SELECT only and asks no remote. @returns the exit code: ok whatever state the packs are in, for it was told */
export function statusVerb(shell: Shell, ref: string | undefined, options: StatusVerbOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const show = () => showStatus(shell, database, ref, options.output);
      const first = await show();
      if (options.watch === true)
        await watch(shell, { intervalMs: options.interval ?? 2000, now: context.now }, first, show);
      else shell.out.write(first);
      return exitCodes.ok;
    }),
  );
}

async function showStatus(
  shell: Shell,
  database: DatabaseContext,
  ref: string | undefined,
  output: DataFormat,
): Promise<string> {
  const { out, directory, who } = shell;
  const only = ref === undefined ? {} : { ref };
  const local = await readLocalDocuments(database);
  const found = await status(database, { ...local, asker: who, ...only });
  const daemon = await readDaemonStatus(database);
  const data = { ...renderStatusJson(found), daemon: renderDaemonJson(daemon) };
  return formatData(output, data, () => {
    const packs = renderStatusText(found, { ...out, ...terminalColumns(out), base: directory });
    const troubled = found.packs.flatMap(({ ref, state }) =>
      state === 'failed' || state === 'unreadable' ? [ref] : [],
    );
    const told = renderDaemonText(daemon, { manager: found.manager, now: database.now(), troubled, ...only });
    return `${packs}${told}`;
  });
}

/** Too often would be work for the database that nobody can read. */
const leastMs = 200;
const clearScreen = '\u001b[H\u001b[2J';

/** Drawn over on a terminal, a block after the other elsewhere, until a person ends it. What fails is tried again. */
async function watch(
  { out, err, signal, directory, options }: Shell,
  { intervalMs, now }: { readonly intervalMs: number; readonly now: () => Date },
  first: string,
  show: () => Promise<string>,
): Promise<void> {
  const write = (text: string) => {
    const head = `${formatTime(now())}, every ${intervalMs / 1000} s; Ctrl-C ends it.\n\n`;
    out.write(out.isTerminal ? `${clearScreen}${head}${text}` : `${text}\n`);
  };
  write(first);
  for (;;) {
    await setTimeout(Math.max(leastMs, intervalMs), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      write(await show());
    } catch (error) {
      if (signal.aborted) return;
      reportError(error, { output: err, format: options.logFormat, stack: false, base: directory });
    }
  }
}
