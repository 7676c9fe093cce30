import { type Problem, problem } from '../errors.ts';
import type { PackContent } from '../packs/content.ts';
import type { PackDocument } from './desired.ts';

/**
 * Whether content is what its document asks for.
 *
 * @param findOlder computes the content's older, unframed checksum; called only where the given one is not the framed one
 * @returns `ref-mismatch`, `checksum-mismatch`
 */
export async function checkContent(
  document: PackDocument,
  content: PackContent,
  findOlder: () => Promise<string>,
): Promise<readonly Problem[]> {
  const { ref, checksum, where } = document;
  const problems: Problem[] = [];
  if (content.ref !== ref) {
    const message = `The document is for the pack ${ref}, but its source holds the pack ${content.ref}.`;
    const hint = `Write ref: ${content.ref}, or name another source.`;
    problems.push(problem('error', 'ref-mismatch', message, { hint, where }));
  }
  if (checksum !== undefined && checksum !== content.digest) {
    const isOlder = checksum === (await findOlder());
    const message = isOlder
      ? `The checksum given for ${ref} has the older, unframed form, which different contents can share.`
      : `The content of ${ref} has the checksum sha256:${content.digest}, not the one that the document gives.`;
    const hint = isOlder
      ? `Write this one: sha256:${content.digest}`
      : 'Look at what changed. If it is wanted, write the new checksum.';
    problems.push(problem('error', 'checksum-mismatch', message, { hint, where }));
  }
  return problems;
}
