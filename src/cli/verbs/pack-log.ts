import { stripVTControlCharacters } from 'node:util';
import { packLog } from '../../commands/pack-log.ts';
import { printable } from '../../text/printable.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs no database. @returns the exit code. @throws SyncError `no-log` */
export function packLogVerb(
  shell: Shell,
  ref: string,
  version: string | undefined,
  options: { readonly output: DataFormat },
): Promise<number> {
  return withContext(shell, async (context) => {
    const log = await packLog(context, ref, version);
    await writeData(shell.out, options.output, { formatVersion: 1, ...log }, () => renderLog(log.text));
    return exitCodes.ok;
  });
}

/** Colours go, and what draws over a line stands below it, as if it had been written to a file. */
function renderLog(text: string): string {
  const lines = stripVTControlCharacters(text)
    .replaceAll(/\r+\n?/g, '\n')
    .replaceAll('\t', '    ')
    .split('\n');
  return lines.map(printable).join('\n');
}
