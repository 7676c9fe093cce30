import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../make-directory.ts';

/** Names of our files below the git home. */
export const homeFiles = { config: 'config', askpass: 'askpass', ssh: 'ssh' } as const;

/**
 * The only configuration git reads. `safe.directory` must stand in a file, because git passes neither `-c` nor
 * variables on to the other side of a `file://` remote. Which transports are allowed comes by variable.
 */
const config = `[safe]
	directory = *
[protocol]
	allow = never
	version = 2
[core]
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	askPass =
	fsmonitor = false
	autocrlf = false
	symlinks = false
[credential]
	helper =
[transfer]
	fsckObjects = true
[fetch]
	unpackLimit = 1
	recurseSubmodules = false
	writeCommitGraph = false
[submodule]
	recurse = false
[http]
	followRedirects = false
[gc]
	auto = 0
[maintenance]
	auto = false
[log]
	mailmap = false
	showSignature = false
`;

/** Answers git's two questions from variables that only the child has. */
const askpass = `#!/bin/sh
case "$1" in
Username*) printf '%s\\n' "$ATTUNE_SYNC_GIT_USER" ;;
*) printf '%s\\n' "$ATTUNE_SYNC_GIT_TOKEN" ;;
esac
`;

/**
 * A script instead of a command line in a variable, so that a path needs no quoting. An unknown host key is refused,
 * nothing is asked, and neither a user's configuration nor an agent is used. Keepalives end a connection whose
 * other side went, also when nobody is left to kill ssh.
 */
const ssh = `#!/bin/sh
set -- -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o IdentityAgent=none \\
  -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 -o ForwardAgent=no "$@"
if [ -n "$ATTUNE_SYNC_SSH_USER" ]; then set -- -l "$ATTUNE_SYNC_SSH_USER" "$@"; fi
if [ -n "$ATTUNE_SYNC_SSH_KNOWN_HOSTS" ]; then
  set -- -o "UserKnownHostsFile=\\"$ATTUNE_SYNC_SSH_KNOWN_HOSTS\\"" -o GlobalKnownHostsFile=/dev/null "$@"
fi
exec ssh -F /dev/null -i "\${ATTUNE_SYNC_SSH_KEY:-/dev/null}" "$@"
`;

/** Writes our git configuration and the two scripts, where they are missing or different. */
export async function prepareHome(home: string): Promise<void> {
  await makeDirectory(home, 0o700);
  await write(join(home, homeFiles.config), config, 0o600);
  await write(join(home, homeFiles.askpass), askpass, 0o700);
  await write(join(home, homeFiles.ssh), ssh, 0o700);
}

async function write(file: string, text: string, mode: number): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found === text) return;
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text, { mode });
  await chmod(draft, mode);
  await rename(draft, file);
}
