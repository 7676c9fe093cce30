import { SyncError } from '../../../errors.ts';
import { runGit } from '../run-git.ts';
import { localFailure, mirrorEnvironment, slowMirror } from '../run-local.ts';
import type { Mirror } from '../with-mirror.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What git says of a signature with `%G?`. */
const verdicts: Readonly<Record<string, string>> = {
  N: 'is not signed',
  B: 'has a signature that is not of this content',
  U: 'is signed with a key that is not among the allowed ones',
  E: 'is signed with a key that is not among the allowed ones',
  X: 'has a signature that has expired',
  Y: 'is signed with a key that has expired',
  R: 'is signed with a key that was revoked',
};

const maxBytes = 64 * 1024 * 1024;

/**
 * Checks the signatures of commits.
 *
 * @param range as `git log` takes it: `--no-walk COMMIT`, or commits to begin with and `^COMMIT` to end at
 * @throws SyncError `signature-refused` naming the first commit whose signature does not count, oldest first
 */
export async function checkCommits(mirror: Mirror, keys: SigningKeys, range: readonly string[]): Promise<void> {
  const format = '--format=%H%x00%G?%x00%GK%x00%an%x00%s';
  const output = await runOnMirror(mirror, keys, ['log', '--reverse', '--topo-order', format, ...range, '--']);
  const lines = output.stdout.split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const [commit = '', verdict = '', key = '', author = '', subject = ''] = line.split('\0');
    if (verdict === 'G') continue;
    const what = verdicts[verdict] ?? `has a signature that git does not know (${verdict})`;
    const named = key === '' ? '' : ` (${key})`;
    throw refused(mirror, `commit ${commit.slice(0, 12)} by ${plain(author)}, "${plain(subject)}", ${what}${named}`);
  }
}

/**
 * Checks the signature of an annotated tag, and that it was made for this name and this commit: a remote can say of any
 * signed tag that it is another.
 *
 * @param id of the tag object
 * @throws SyncError `signature-refused`
 */
export async function checkTag(
  mirror: Mirror,
  keys: SigningKeys,
  { id, name, commit }: { readonly id: string; readonly name: string; readonly commit: string },
): Promise<void> {
  const { stdout: head } = await runOnMirror(mirror, keys, ['cat-file', 'tag', id]);
  const isMeant = head.startsWith(`object ${commit}\ntype commit\ntag ${name}\n`);
  if (!isMeant) throw refused(mirror, `what it gives out as tag ${plain(name)} was made for another name or commit`);
  const { exitCode, stderr } = await runOnMirror(mirror, keys, ['verify-tag', '--raw', id], [0, 1]);
  if (exitCode === 0) return;
  const isUnsigned = /no signature found/.test(stderr);
  const what = isUnsigned ? verdicts.N : 'is not signed with one of the allowed keys, or its signature does not hold';
  throw refused(mirror, `tag ${plain(name)} ${what}`);
}

/** Every sentence ends where the reader has to act. */
export function refused({ url }: Pick<Mirror, 'url'>, what: string, hint?: string): SyncError {
  return new SyncError('signature-refused', `${url}: ${what}`, {
    hint: hint ?? 'Have it signed with a key that git.verify allows; until then what is installed stays as it is.',
  });
}

async function runOnMirror(
  mirror: Mirror,
  keys: SigningKeys,
  args: readonly string[],
  expected: readonly number[] = [0],
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { git } = mirror;
  const { cut, exitCode, stdout, stderr } = await runGit([...keys.settings, ...args], {
    environment: { ...mirrorEnvironment(mirror), ...keys.environment },
    cwd: mirror.directory,
    timeoutMs: git.settings.timeoutMs,
    maxBytes,
    signal: git.signal,
  });
  if (cut === 'timeout') throw slowMirror(mirror);
  if (exitCode === null || !expected.includes(exitCode)) throw localFailure(mirror, stderr);
  return { exitCode, stdout: stdout.toString('utf8'), stderr };
}

/** Anybody can have written it, and it is shown on terminals. */
function plain(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
