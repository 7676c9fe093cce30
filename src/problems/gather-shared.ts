import type { Problem } from '../errors.ts';

interface PackProblems {
  readonly ref: string;
  readonly problems: readonly Problem[];
}

const mostNamed = 5;

/**
 * The problems of packs, with what several of them met alike, a disk or an environment that they share, said once and the
 * packs named before it.
 *
 * @param tell the text of any other problem, which is its pack's own
 */
export function gatherShared(
  packs: readonly PackProblems[],
  tell: (ref: string, problem: Problem) => Problem = (_, problem) => problem,
): Problem[] {
  const shared = new Map<string, { readonly problem: Problem; readonly refs: string[] }>();
  const own: Problem[] = [];
  for (const { ref, problems } of packs) {
    for (const problem of problems) {
      if (!isOfDisk(problem) && !isOfEnvironment(problem)) own.push(tell(ref, problem));
      else {
        const cause = isOfDisk(problem) ? causeOf(problem) : `${problem.message}\n${problem.hint}`;
        const found = shared.get(cause) ?? { problem, refs: [] };
        shared.set(cause, found);
        found.refs.push(ref);
      }
    }
  }
  return [...[...shared.values()].map(({ problem, refs }) => nameAll(problem, refs)), ...own];
}

/** What a disk refuses has nothing to do with the document it was met at. */
export function isOfDisk({ code }: Pick<Problem, 'code'>): boolean {
  return code.startsWith('disk-');
}

function isOfEnvironment({ code }: Problem): boolean {
  return code.startsWith('environment-') || code === 'command-not-found' || code === 'user-kept-out';
}

/** What is the same wherever it is met: how much is free on a disk changes while packs are written. */
export function causeOf({ code, message }: Problem): string {
  return isOfDisk({ code }) ? (message.split(';')[0] ?? message) : message;
}

function nameAll(problem: Problem, refs: readonly string[]): Problem {
  const hidden = refs.length - mostNamed;
  const named = hidden > 1 ? `${refs.slice(0, mostNamed).join(', ')} and ${hidden} more` : refs.join(', ');
  return { ...problem, message: `${named}: ${problem.message}` };
}
