import { type Problem, problem } from '../errors.ts';
import { olderChecksum } from '../packs/checksum.ts';
import type { PackContent } from '../packs/content.ts';
import type { PackDocument } from './desired.ts';

/**
 * Whether content is what its document asks for.
 *
 * @param staged the directory that holds the content, where there is one: an older checksum is recognised only there
 * @returns `ref-mismatch`, `checksum-mismatch`
 */
export async function checkContent(
  document: PackDocument,
  content: PackContent,
  staged: string | undefined,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  if (content.ref !== document.ref) {
    const message = `The document is for the pack ${document.ref}, but its source holds the pack ${content.ref}`;
    const hint = `Write ref: ${content.ref}, or name another source.`;
    problems.push(problem('error', 'ref-mismatch', message, { hint, where: document.where }));
  }
  const { checksum } = document;
  if (checksum !== undefined && checksum !== content.digest) {
    const isOlder = staged !== undefined && checksum === (await olderChecksum(staged).catch(() => ''));
    const message = isOlder
      ? `The checksum of ${document.ref} has the older, unframed form, which different contents can share`
      : `The content of ${document.ref} has the checksum sha256:${content.digest}, not the one that the document gives`;
    const hint = isOlder
      ? `This content’s checksum is sha256:${content.digest}.`
      : 'Look at what changed; if it is wanted, write this checksum.';
    problems.push(problem('error', 'checksum-mismatch', message, { hint, where: document.where }));
  }
  return problems;
}
