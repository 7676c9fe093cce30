import { appendFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../make-directory.ts';
import { stripColours } from '../pack-tests/strip-colours.ts';
import type { Redactor } from '../redactor.ts';
import { cutText, gatherAlike } from '../text/quote-output.ts';
import { collectOutput } from './collect-output.ts';

/** What commands of a pack's author said, for whoever wants to know why they failed. Everything passes the redactor. */
export interface BuildLog {
  /** Absolute. */
  readonly file: string;
  /** Adds one line of ours. */
  note(line: string): Promise<void>;
  /** Adds the command; what it writes is added as `show` gives it when it has ended, of much only the beginning and the end. */
  begin(argv: readonly string[], show?: (text: string) => string): Promise<CommandLog>;
}

export interface CommandLog {
  write(chunk: Buffer): void;
  /** @param outcome one line: how the command ended */
  end(outcome: string): Promise<void>;
}

/** Where the logs of all packs are, each in a directory of its ref. */
export function logsDirectory(stateDir: string): string {
  return join(stateDir, 'logs');
}

/** Where the log of a pack's version is, below `stateDir`. */
export function logFile(
  stateDir: string,
  { ref, version, digest }: { readonly ref: string; readonly version: string; readonly digest: string },
): string {
  return join(logsDirectory(stateDir), ref, `${version}-${digest.slice(0, 12)}.log`);
}

/**
 * Opens the log of a pack's version; the directory is made.
 *
 * @param isFresh what is in it goes, so that it tells of one attempt; else it is added to
 */
export async function openBuildLog(
  file: string,
  { redactor, isFresh }: { readonly redactor: Redactor; readonly isFresh: boolean },
): Promise<BuildLog> {
  await makeDirectory(dirname(file), 0o700);
  if (isFresh) await writeFile(file, '', { mode: 0o600 });
  const append = (text: string) => appendFile(file, redactor.redact(text), { mode: 0o600 });
  return {
    file,
    note: (line) => append(`${line}\n`),
    begin: async (argv, show = (text) => text) => {
      await append(`$ ${argv.map(quote).join(' ')}\n`);
      const output = collectOutput();
      return { write: output.take, end: (outcome) => append(`${ended(show(output.text()))}${outcome}\n\n`) };
    },
  };
}

/** The log has all of a line. */
const mostColumns = 160;

/**
 * The last lines of what a command wrote, fit to be shown in a message: redacted before anything is cut, and of lines in a row that look alike one.
 *
 * @param tail as `runCommand` returns it
 */
export function lastLines(tail: string, redactor: Redactor, count = 15): string {
  const text = stripColours(redactor.redact(tail)).replaceAll(/\r\n?/g, '\n');
  const lines = text.split('\n').map((line) => cutText(line.trimEnd(), mostColumns));
  return gatherAlike(lines.filter((line) => line !== ''))
    .slice(-count)
    .join('\n');
}

/** As a shell would need it, since people copy it into one. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
