import { type Position, type Problem, problem } from '../errors.ts';
import { comparePositions, orderProblems } from '../problems/order-problems.ts';
import type { PackDocument } from './desired.ts';
import type { EntryDocuments } from './parse-documents.ts';

/**
 * All entries as one. Of documents with the same ref none is used, since nothing says which one is meant; the
 * ref counts as mentioned.
 */
export function mergeEntries(entries: readonly EntryDocuments[]): EntryDocuments {
  const documents = entries.flatMap((entry) => entry.documents);
  const unmanaged = entries.flatMap((entry) => entry.unmanaged);
  const byRef = new Map<string, AnyDocument[]>();
  for (const document of [...documents, ...unmanaged]) {
    byRef.set(document.ref, [...(byRef.get(document.ref) ?? []), document]);
  }
  const repeated = [...byRef.values()].filter((group) => group.length > 1);
  const isOnly = ({ ref }: AnyDocument) => byRef.get(ref)?.length === 1;
  const mentioned = [...entries.flatMap((entry) => entry.mentioned), ...repeated.flatMap(([one]) => one?.ref ?? [])];
  return {
    documents: documents.filter(isOnly),
    unmanaged: unmanaged.filter(isOnly),
    mentioned: [...new Set(mentioned)].sort(),
    problems: orderProblems([...entries.flatMap(({ problems }) => problems), ...repeated.flatMap(describe)]),
  };
}

type AnyDocument = Pick<PackDocument, 'ref' | 'where'>;

function describe(group: readonly AnyDocument[]): Problem[] {
  const [first, ...others] = [...group].sort((one, other) => comparePositions(one.where, other.where));
  if (first === undefined) return [];
  return others.map(({ ref, where }) => {
    const message = `The pack ${ref} has another document at ${namePlace(first.where)}; neither of them is used.`;
    const hint = `Remove one of the two: the one in ${namePlace(first.where)} or the one in ${namePlace(where)}.`;
    return problem('error', 'duplicate-document', message, { where, hint });
  });
}

/** The whole path, as in `where`: whoever shows the problem shortens both alike. */
function namePlace({ file, line, column }: Position): string {
  return [file, line, column].join(':');
}
