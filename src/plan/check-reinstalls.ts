import type { Actual } from '../actual/actual.ts';
import type { Desired } from '../desired/desired.ts';
import { type Problem, problem, SyncError } from '../errors.ts';
import type { PlanOptions } from './pack-scope.ts';

/**
 * A person can have written again what this manager has installed and a document still names, nothing else.
 *
 * @throws SyncError `cannot-reinstall`, with a problem for each pack that cannot be
 */
export function checkReinstalls(
  { reinstall, targets }: Pick<PlanOptions, 'reinstall' | 'targets'>,
  desired: Desired,
  actual: Actual,
): void {
  if (reinstall === undefined) return;
  const named = new Set([...desired.packs, ...desired.unreadable].map(({ ref }) => ref).concat(desired.mentioned));
  const problems = reinstall.flatMap((ref) => {
    if (targets !== undefined && !targets.includes(ref)) {
      return refuse(ref, 'it is not among the targets', 'Name it with --target too.');
    }
    return refuseReinstall(ref, named, actual);
  });
  const [first] = problems;
  if (first === undefined) return;
  throw new SyncError('cannot-reinstall', first.message, {
    problems,
    retry: 'never',
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

function refuseReinstall(ref: string, named: ReadonlySet<string>, actual: Actual): readonly Problem[] {
  const recorded = actual.packs.get(ref)?.recorded ?? actual.recorded.find((pack) => pack.ref === ref);
  if (recorded == null) {
    return actual.packs.has(ref)
      ? refuse(ref, 'Attune Sync did not install it', 'A document that names it adopts it with the next apply.')
      : refuse(ref, 'it is not installed', 'A document that names it installs it with the next apply.');
  }
  if (recorded.manager !== actual.manager) return refuse(ref, `it belongs to the manager ${recorded.manager}`);
  if (named.has(ref)) return [];
  return refuse(ref, 'no document names it any more', 'Write its document again first.');
}

function refuse(ref: string, why: string, hint?: string): readonly Problem[] {
  const message = `The pack ${ref} cannot be reinstalled: ${why}.`;
  return [problem('error', 'cannot-reinstall', message, hint === undefined ? {} : { hint })];
}
