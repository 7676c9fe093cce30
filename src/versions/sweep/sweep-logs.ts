import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { logsDirectory } from '../../environments/build-log.ts';

/** Deletes logs of versions that are not in the pack store any more, once they are older than `packStore.keep`. */
export async function sweepLogs({ config, now }: Context): Promise<void> {
  const { directory, keepMs } = config.packStore;
  const logs = logsDirectory(config.stateDir);
  for (const ref of await readdir(logs).catch(() => [])) {
    for (const name of await readdir(join(logs, ref)).catch(() => [])) {
      if (!name.endsWith('.log')) continue;
      const found = await stat(join(logs, ref, name)).catch(() => null);
      const isOld = found !== null && found.mtimeMs + keepMs < now().getTime();
      if (!isOld || (await exists(join(directory, '.versions', ref, name.slice(0, -'.log'.length))))) continue;
      await rm(join(logs, ref, name), { force: true });
    }
    await rmdir(join(logs, ref)).catch(() => {});
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
