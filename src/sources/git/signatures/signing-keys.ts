import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifyPolicy } from '../../../config/config.ts';
import { SyncError } from '../../../errors.ts';
import type { Git } from '../git.ts';

/** The keys whose signatures count, as git takes them. */
export interface SigningKeys {
  /** Names exactly these keys and what is asked of them: with others, nothing verified before counts. */
  readonly digest: string;
  /** Before git's verb. */
  readonly settings: readonly string[];
  /** GPG knows these keys and no others. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Keys are few; a file of more is not one of keys. */
const maxBytes = 10 * 1024 * 1024;

/** `always`: whoever wrote the file of keys has said that they count. */
const gpgSettings = 'trust-model always\nno-autostart\nno-auto-key-retrieve\nno-auto-key-locate\n';

/**
 * Reads the keys of a policy. Those of GPG are imported into a directory of their own, once for the same keys.
 * @throws SyncError `signing-keys-unreadable`, `gpg-missing`
 */
export async function openSigningKeys(git: Git, policy: VerifyPolicy): Promise<SigningKeys> {
  const { allowedSigners, gpgKeys, mode, since } = policy;
  const ssh = allowedSigners === undefined ? null : await readKeys(allowedSigners, 'allowedSigners');
  const gpg = gpgKeys === undefined ? null : await readKeys(gpgKeys, 'gpgKeys');
  const digest = digestOf([mode, since ?? '', ssh ?? '', gpg ?? ''].map(digestOf).join(' '));
  const home = join(git.home, gpg === null ? 'gpg-none' : `gpg-${digestOf(gpg).slice(0, 20)}`);
  await prepareGpg(git, home, gpg);
  return {
    digest,
    settings: [
      '-c',
      'gpg.x509.program=/bin/false',
      ...(allowedSigners === undefined ? [] : ['-c', `gpg.ssh.allowedSignersFile=${allowedSigners}`]),
    ],
    environment: { GNUPGHOME: home },
  };
}

async function readKeys(file: string, key: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SyncError('signing-keys-unreadable', `${file} cannot be read (${error.code})`, {
      hint: `git.verify names it as ${key}; signatures cannot be checked without it.`,
      retry: 'soon',
    });
  });
  if (text.trim() !== '' && text.length <= maxBytes) return text;
  throw new SyncError('signing-keys-unreadable', `${file} holds no keys`, {
    hint: `git.verify names it as ${key}; write at least one key into it.`,
  });
}

/** Made beside and renamed, so that a directory of that name holds all of the keys. */
async function prepareGpg(git: Git, home: string, keys: string | null): Promise<void> {
  if (await isThere(home)) return;
  const draft = `${home}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(join(draft, 'gpg.conf'), gpgSettings, { mode: 0o600 });
    if (keys !== null) await importKeys(git, draft, keys);
    await rename(draft, home).catch(async (error: unknown) => {
      // Another process was quicker.
      if (!(await isThere(home))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function importKeys(git: Git, home: string, keys: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: git.environment.PATH ?? '/usr/bin:/bin', HOME: git.home, LC_ALL: 'C' };
    const child = spawn('gpg', ['--homedir', home, '--batch', '--quiet', '--status-fd', '1', '--import'], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: git.settings.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let said = '';
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told = `${told}${text}`.slice(-2000);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(keys);
    child.once('error', (cause) =>
      reject(
        new SyncError('gpg-missing', 'gpg cannot be started, which checks signatures of OpenPGP', {
          hint: 'Install GnuPG (Debian: apt install gpg), or sign with SSH keys.',
          cause,
        }),
      ),
    );
    child.once('close', () => {
      // Its exit code says too whether it found an agent, which no path of more than 107 bytes leads to.
      const [, found = '0', , imported = '0'] = /IMPORT_RES (\d+) (\d+) (\d+)/.exec(told) ?? [];
      if (Number(found) > 0 && found === imported) resolve();
      else
        reject(
          new SyncError('signing-keys-unreadable', `gpg cannot import the keys of git.verify: ${said.trim()}`, {
            hint: 'gpgKeys is a file of public keys, as `gpg --export --armor` writes it.',
          }),
        );
    });
  });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
