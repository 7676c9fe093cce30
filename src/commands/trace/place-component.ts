import { join } from 'node:path';
import type { RecordedSource } from '../../actual/actual.ts';
import type { Context } from '../../context.ts';
import { readContent } from '../../desired/load-content.ts';
import type { PackContent } from '../../packs/content.ts';
import { readPack } from '../../packs/read-pack.ts';
import { type CommitFacts, readMirrorChange, readWorkTreeChange } from '../../sources/git/read-change.ts';
import { openGit } from '../../sources/open-git.ts';
import { versionPath } from '../../store/paths.ts';
import { isPublished } from '../../store/publish-version.ts';
import type { TracedRow } from './find-rows.ts';

/** Where a pack says what a component is. */
export interface TracedFile {
  /** Relative to the pack. */
  readonly path: string;
  readonly line: number | null;
}

interface Installed {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/** What was installed, as it was read then, or as the pack store has it; null where neither is on this machine. */
export async function readInstalledContent(context: Context, installed: Installed): Promise<PackContent | null> {
  const known = await readContent(context, installed.digest).catch(() => null);
  if (known !== null) return known;
  const store = context.config.packStore.directory;
  if (!(await isPublished(store, installed).catch(() => false))) return null;
  const { content } = await readPack(join(store, versionPath(installed.ref, installed.version, installed.digest)));
  return content;
}

/** The file that defines the row; null where the content has no such component. */
export function placeComponent(
  content: PackContent,
  { kind, ref }: Pick<TracedRow, 'kind' | 'ref'>,
): TracedFile | null {
  if (kind === 'pack') return { path: 'pack.yaml', line: 1 };
  const found = content.components.find((one) => one.kind === kind && one.ref === ref);
  return found === undefined ? null : { path: found.where.file, line: found.where.line ?? null };
}

/**
 * Who changed that file last, up to the content that is installed.
 *
 * @param path of the file in the pack; null: the pack as a whole
 */
export async function readFileChange(
  context: Context,
  { type, url, commit, path: directory }: RecordedSource,
  path: string | null,
): Promise<CommitFacts | null> {
  const git = openGit(context);
  if (type === 'directory') return readWorkTreeChange(git, join(url, path ?? 'pack.yaml'));
  if (commit === null) return null;
  const inside = [directory ?? '', path ?? 'pack.yaml'].filter((part) => part !== '').join('/');
  return readMirrorChange(git, { url, commit, path: inside });
}
