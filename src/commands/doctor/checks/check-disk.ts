import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../../../context.ts';
import { formatBytes } from '../../../text/format-bytes.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

const mebibyte = 1024 ** 2;
/** Less does not hold one environment. */
const leastBytes = 64 * mebibyte;
/** Less is soon used up by a fleet that is upgraded: the last three versions of each pack stay. */
const fewBytes = 1024 * mebibyte;
const fewShare = 0.05;

/** Room for packs, environments, mirrors and logs. */
export async function checkDisk({ config }: Context): Promise<readonly Finding[]> {
  const places = [
    ['packStore', config.packStore.directory],
    ['stateDir', config.stateDir],
  ] as const;
  return Promise.all(places.map(([name, directory]) => checkRoom(name, directory)));
}

async function checkRoom(name: string, directory: string): Promise<Finding> {
  const { bsize, blocks, bavail, files, ffree } = await statfs(await findExisting(directory));
  const [free, all] = [bavail * bsize, blocks * bsize];
  const message = `${name} ${directory}: ${formatBytes(free)} of ${formatBytes(all)} are free.`;
  const hint = `Make room there, or give ${name} a larger disk; \`attune-sync store sweep\` tells what it would delete.`;
  if (free < leastBytes) return failure('disk-full', message, hint);
  if (files > 0 && ffree < files * 0.01)
    return warning('disk-files', `${name} ${directory}: only ${ffree} more files fit there.`, hint);
  if (free < fewBytes || free < all * fewShare) return warning('disk-low', message, hint);
  return ok(message);
}

async function findExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found !== null || dirname(path) === path ? path : findExisting(dirname(path));
}
