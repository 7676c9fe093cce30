import { problem, SyncError } from '../../errors.ts';

/** Of ids that nothing is set aside under, all at once. */
export function unknownIds(ids: readonly string[]): SyncError {
  const hint = '`attune-sync preserved list` shows what is set aside, with the ids.';
  const problems = ids.map((id) =>
    problem('error', 'unknown-preserved', `Nothing is set aside under ${id}, or it was put back already.`, { hint }),
  );
  return new SyncError('unknown-preserved', problems[0]?.message ?? '', { problems, retry: 'never' });
}

/** @throws SyncError `unknown-preserved` for what cannot be an id */
export function checkIds(ids: readonly string[]): void {
  const wrong = ids.filter((id) => !/^[1-9]\d{0,17}$/.test(id));
  if (wrong.length > 0) throw unknownIds(wrong);
}
