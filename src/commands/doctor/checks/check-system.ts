import { hostname, userInfo } from 'node:os';
import semver from 'semver';
import { type Finding, failure, ok, warning } from '../finding.ts';

const oldestNode = '20.19.0';

/** The program this runs in, and as whom: what the other checks find counts for that user. */
export async function checkSystem(): Promise<readonly Finding[]> {
  const { version, platform, arch } = process;
  const found: Finding[] = [];
  found.push(ok(`Node ${version.slice(1)} on ${platform} ${arch}, as ${userName()} on ${hostname()}.`));
  if (semver.lt(version, oldestNode))
    found.push(
      failure('node-old', `Node ${version} is too old.`, `Install Node ${oldestNode.slice(0, 5)}, 22 or later.`),
    );
  if (platform !== 'linux')
    found.push(warning('platform', `${platform} will do for trying; to operate it, Linux is supported.`));
  return found;
}

/** A user id without an entry in the system's list has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
