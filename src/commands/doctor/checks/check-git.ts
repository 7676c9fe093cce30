import semver from 'semver';
import { findPrograms, searchPath } from '../../../environments/facts/find-program.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';
import { runProgram } from '../run-program.ts';

const oldestGit = '2.29.0';

/** git and ssh on the search path. */
export async function checkGit(environment: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  const path = searchPath(environment);
  const [git] = findPrograms('git', path);
  if (git === undefined)
    return [failure('git-missing', 'git is not on the search path.', 'Install git, 2.29 or newer.')];
  const said = await runProgram([git, '--version'], path);
  const version = semver.coerce(said)?.version ?? null;
  const ssh = findPrograms('ssh', path)[0];
  return [
    tellVersion(git, version),
    ...(ssh === undefined
      ? [
          warning(
            'ssh-missing',
            'ssh is not on the search path: remotes by ssh cannot be reached.',
            'Install an SSH client.',
          ),
        ]
      : []),
  ];
}

function tellVersion(git: string, version: string | null): Finding {
  if (version === null)
    return failure('git-failed', `${git} does not say its version.`, 'Try it by hand: `git --version`.');
  if (semver.lt(version, oldestGit))
    return failure('git-old', `git ${version} (${git}) is too old.`, 'Install git, 2.29 or newer.');
  return ok(`git ${version} (${git}).`);
}
