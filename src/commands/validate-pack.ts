import { join } from 'node:path';
import type { Problem } from '../errors.ts';
import type { PackContent } from '../packs/content.ts';
import { readPack } from '../packs/read-pack.ts';

/** A pack's directory with its problems, whose places are absolute instead of relative to the pack. */
export async function validatePack(
  directory: string,
): Promise<{ readonly content: PackContent | null; readonly problems: readonly Problem[] }> {
  const { content, problems } = await readPack(directory);
  return {
    content,
    problems: problems.map((one) => {
      const where =
        one.where === undefined ? { file: directory } : { ...one.where, file: join(directory, one.where.file) };
      return { ...one, where };
    }),
  };
}
