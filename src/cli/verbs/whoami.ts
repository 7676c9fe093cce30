import { renderWhoami } from '../../commands/daemon-client/render-whoami.ts';
import { exitCodes } from '../exit-code.ts';
import { type DaemonOptions, findDaemon } from '../find-daemon.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Asks the daemon. @returns the exit code */
export async function whoamiVerb(
  shell: Shell,
  options: DaemonOptions & { readonly output: DataFormat },
): Promise<number> {
  const daemon = await findDaemon(shell, options);
  const found = await daemon.get('/api/v1/auth/me');
  await writeData(shell.out, options.output, found, () => renderWhoami(found));
  return exitCodes.ok;
}
