import { stat } from 'node:fs/promises';
import { SyncError } from '../errors.ts';
import { checksumDirectory, checksumFile } from '../packs/checksum.ts';

export interface PackChecksum {
  /** `sha256:<64 hex>`, as documents and registries write it. */
  readonly checksum: string;
  /** As given. */
  readonly path: string;
  readonly type: 'directory' | 'file';
}

/**
 * The framed checksum of a pack's directory, or the plain one of a file (an archive). Offline.
 * @throws SyncError `path-missing`, and those of a directory that no pack may be
 */
export async function packChecksum(path: string, absolute: string): Promise<PackChecksum> {
  const found = await stat(absolute).catch(() => null);
  if (found?.isDirectory() === true) {
    return { checksum: `sha256:${(await checksumDirectory(absolute)).digest}`, path, type: 'directory' };
  }
  if (found?.isFile() === true) return { checksum: `sha256:${await checksumFile(absolute)}`, path, type: 'file' };
  const message = found === null ? `${path} does not exist.` : `${path} is neither a directory nor a file.`;
  throw new SyncError('path-missing', message);
}
