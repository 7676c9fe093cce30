import type { Context } from '../context.ts';
import { copyDirectory } from './copy-directory.ts';
import { exportPack } from './git/export-commit.ts';
import { openGit } from './open-git.ts';
import type { ResolvedSource } from './resolved-source.ts';

/**
 * Puts a source's content into a directory: of git exactly the recorded commit, of a directory what it holds now,
 * so that the caller must compare the digest.
 *
 * @param target a directory that is missing or empty
 * @throws SyncError of `exportPack` or `copyDirectory`
 */
export async function stageContent(context: Context, source: ResolvedSource, target: string): Promise<void> {
  if (source.type === 'directory') await copyDirectory(source.path, target);
  else await exportPack(openGit(context), source, target);
}
