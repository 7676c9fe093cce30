import { type Retry, SyncError } from '../../errors.ts';
import type { Redactor } from '../../redactor.ts';
import type { Remote } from './parse-remote.ts';

interface Failure {
  readonly code: string;
  readonly pattern: RegExp;
  /** Follows the URL. */
  readonly sentence: string;
  readonly hint: (remote: Remote) => string;
  readonly retry: Retry;
}

/** git tells its failures apart by text only; LC_ALL=C keeps it in one language. The first row that fits counts. */
const failures: readonly Failure[] = [
  {
    code: 'git-commit-missing',
    pattern: /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|does not support shallow/i,
    sentence: 'does not give out the commit or ref that was asked for',
    hint: () => 'It may have been removed by a forced push: name a branch, a tag, or a commit that is on one.',
    retry: 'on-change',
  },
  {
    code: 'git-host-key',
    pattern: /host key verification failed|remote host identification has changed|host key is known/i,
    sentence: 'was not asked, because its SSH host key is not a known one',
    hint: ({ host }) =>
      `Write its key into a file, as ssh-keyscan prints it, and name that file: git.hosts.${host}.knownHosts.`,
    retry: 'on-change',
  },
  {
    code: 'git-auth-failed',
    pattern:
      /authentication failed|could not read (username|password)|permission denied|terminal prompts disabled|returned error: 40[13]|access denied|too many authentication failures|invalid username or/i,
    sentence: 'refused to let us in',
    hint: ({ transport, host }) =>
      transport === 'ssh'
        ? `Check that git.hosts.${host}.key names a private key that may read this repository.`
        : `Check that git.hosts.${host}.token is valid and may read this repository.`,
    retry: 'on-change',
  },
  {
    code: 'git-transport-refused',
    pattern: /transport '.*' not allowed|protocol '.*' is not supported|unable to find remote helper/i,
    sentence: 'uses a transport that is not allowed',
    hint: () => 'Transports are allowed by git.transports.',
    retry: 'on-change',
  },
  {
    code: 'git-redirected',
    pattern: /unable to update url base from redirection|returned error: 30[1278]/i,
    sentence: 'answered with a redirection, which is not followed, because it could carry the token to another host',
    hint: () => 'Write the address it points to (often the same one ending in .git).',
    retry: 'on-change',
  },
  {
    code: 'git-certificate',
    pattern:
      /ssl certificate problem|certificate verification failed|server certificate verification|no alternative certificate/i,
    sentence: 'showed a certificate that is not trusted',
    hint: () => "Add its authority to the machine's certificates, or set SSL_CERT_FILE.",
    retry: 'on-change',
  },
  {
    code: 'git-not-found',
    pattern:
      /repository .*not found|repository not found|does not appear to be a git repository|returned error: 404|no such file or directory|does not exist or you do not have|could not be found|not a git repository|no such repository/i,
    sentence: 'is not a git repository that we can see',
    hint: ({ transport, host }) =>
      transport === 'file'
        ? 'Check the path.'
        : `Check the URL. Many hosts answer so, too, when the repository is private and the login under git.hosts.${host} may not see it.`,
    retry: 'on-change',
  },
  {
    code: 'git-unsafe-objects',
    pattern: /fsck error|badtree|hasdotdot|hasdotgit|hasdot:|fullpathname|invalid path|nullsha1|badfilemode/i,
    sentence: 'sent objects that git refuses as malformed or unsafe',
    hint: () => 'Ask who runs the repository to have it checked with git fsck.',
    retry: 'on-change',
  },
  {
    code: 'disk-full',
    pattern: /no space left on device|disk quota exceeded/i,
    sentence: 'could not be fetched, because the disk is full',
    hint: () => 'Make room on the file system of stateDir.',
    retry: 'soon',
  },
  {
    code: 'git-remote-damaged',
    pattern: /repository corruption on the remote/i,
    sentence: 'answered, but lacks objects that it should have',
    hint: () => 'Ask who runs the repository to have it checked with git fsck.',
    retry: 'soon',
  },
  {
    code: 'git-unreachable',
    pattern:
      /could not resolve host|couldn't resolve|connection refused|connection timed out|connection reset|network is unreachable|no route to host|failed to connect|couldn't connect|could not connect|early eof|hung up|operation too slow|returned error: (5\d\d|429)|unable to access|empty reply|unable to look up|name or service not known|banner exchange|unexpected disconnect|connection closed|could not read from remote/i,
    sentence: 'could not be reached',
    hint: () => 'Check the host name, the network and the server.',
    retry: 'soon',
  },
];

/** A failed git process as an error for people, with the last lines that git wrote. */
export function classifyFailure(remote: Remote, stderr: string, redactor: Redactor): SyncError {
  const failure = failures.find(({ pattern }) => pattern.test(stderr));
  const said = lastLines(redactor.redact(stderr));
  if (failure === undefined) {
    return new SyncError('git-failed', `git failed with ${remote.url}${said}`, {
      hint: 'Try again; the daemon does so by itself.',
      retry: 'soon',
    });
  }
  return new SyncError(failure.code, `${remote.url} ${failure.sentence}${said}`, {
    hint: failure.hint(remote),
    retry: failure.retry,
  });
}

/** The last three lines that say something, as the end of a sentence; '' where there are none. */
export function lastLines(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => printable(line).trim())
    .filter((line) => line !== '' && !/^(please make sure you have|and the repository exists|hint:)/i.test(line))
    .slice(-3)
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line));
  return lines.length === 0 ? '' : `; git says: ${lines.join(' / ')}`;
}

/** A remote can write what it likes to our screen, escape sequences too. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
