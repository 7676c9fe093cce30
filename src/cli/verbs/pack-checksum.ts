import { resolve } from 'node:path';
import { packChecksum } from '../../commands/pack-checksum.ts';
import { printable } from '../../text/printable.ts';
import { exitCodes } from '../exit-code.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Two blanks between, as `sha256sum` prints it. */
export async function packChecksumVerb(shell: Shell, path: string, options: { output: DataFormat }): Promise<number> {
  const found = await packChecksum(path, resolve(shell.directory, path));
  await writeData(shell.out, options.output, { ...found }, () => `${found.checksum}  ${printable(found.path)}\n`);
  return exitCodes.ok;
}
