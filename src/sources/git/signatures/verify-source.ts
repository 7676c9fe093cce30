import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifyPolicy } from '../../../config/config.ts';
import { fetchCommit, fetchHistory, fetchObject } from '../fetch-commit.ts';
import type { Git } from '../git.ts';
import type { ResolvedRef } from '../resolve-ref.ts';
import { runLocal } from '../run-local.ts';
import { type Mirror, withMirror } from '../with-mirror.ts';
import { checkCommits, checkTag, refused } from './check-commits.ts';
import { findPolicy } from './find-policy.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

/**
 * Refuses a commit whose signatures do not count, where `git.verify` has a policy for its remote. To be asked before
 * anything of the commit is used, whether it is known or fetched. What was found to hold is remembered as long as
 * neither the keys nor the policy change.
 *
 * @throws SyncError `signature-refused`, `signing-keys-unreadable`, `gpg-missing`, and those of fetching
 */
export async function verifySource(git: Git, url: string, followed: ResolvedRef): Promise<void> {
  const policy = findPolicy(git.settings.verify ?? [], url);
  if (policy === undefined || policy.mode === 'off') return;
  await git.ready();
  const keys = await openSigningKeys(git, policy);
  const { commit, tagObject = '', remoteRef = '' } = followed;
  // A tag holds under its own name only; whatever else leads to a commit says nothing of its signature.
  const tag = tagObject === '' ? '' : remoteRef;
  const verdict = verdictFile(git, [keys.digest, commit, tagObject, tag]);
  if (await isThere(verdict)) return;
  await withMirror(git, { url, commit }, (mirror) => verify(mirror, policy, keys, followed));
  await mkdir(join(git.home, 'verified'), { recursive: true, mode: 0o700 });
  await writeFile(verdict, commit, { mode: 0o600 });
}

async function verify(mirror: Mirror, policy: VerifyPolicy, keys: SigningKeys, followed: ResolvedRef): Promise<void> {
  const { commit, remoteRef } = followed;
  await fetchCommit(mirror, commit, remoteRef);
  if (policy.mode === 'tag' || policy.mode === 'both') await verifyTag(mirror, keys, followed);
  if (policy.mode === 'head' || policy.mode === 'both') await checkCommits(mirror, keys, ['--no-walk', commit]);
  if (policy.mode === 'strict') await verifyHistory(mirror, policy, keys, followed);
}

async function verifyTag(mirror: Mirror, keys: SigningKeys, followed: ResolvedRef): Promise<void> {
  const { commit, name, tagObject, remoteRef } = followed;
  if (remoteRef?.startsWith('refs/tags/') !== true) {
    const hint = 'Name a signed tag in the document, or ask for signed commits: mode: head.';
    throw refused(mirror, `${name} is no tag, and git.verify asks for a signed one`, hint);
  }
  if (tagObject === undefined) {
    throw refused(mirror, `tag ${name} is not signed`, 'Make it anew with `git tag --sign`.');
  }
  await fetchObject(mirror, tagObject, remoteRef);
  await checkTag(mirror, keys, { id: tagObject, name, commit });
}

/** Every commit since the one that the policy begins with; those found to hold before are not looked at again. */
async function verifyHistory(
  mirror: Mirror,
  { since }: VerifyPolicy,
  keys: SigningKeys,
  { commit, remoteRef }: ResolvedRef,
): Promise<void> {
  await fetchHistory(mirror, commit, remoteRef);
  const before = verdictFile(mirror.git, [keys.digest, mirror.url, 'strict']);
  const last = await readFile(before, 'utf8').catch(() => undefined);
  const known = [since, last].filter((id) => id !== undefined);
  const ends: string[] = [];
  for (const id of known) if (await hasCommit(mirror, id)) ends.push(`^${id}`);
  await checkCommits(mirror, keys, [commit, ...ends]);
  await mkdir(join(mirror.git.home, 'verified'), { recursive: true, mode: 0o700 });
  await writeFile(before, commit, { mode: 0o600 });
}

/** One that was never in this history ends nothing: then all of it is checked. */
function hasCommit(mirror: Mirror, id: string): Promise<boolean> {
  return runLocal(mirror, ['cat-file', '-e', `${id}^{commit}`]).then(
    () => true,
    () => false,
  );
}

function verdictFile(git: Git, parts: readonly string[]): string {
  return join(git.home, 'verified', createHash('sha256').update(JSON.stringify(parts)).digest('hex'));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
