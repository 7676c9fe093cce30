import { access, constants, stat } from 'node:fs/promises';
import type { Context } from '../../../context.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { type Finding, failure, ok, skipped, warning } from '../finding.ts';

/** The files that `git.hosts` names: ssh refuses a key that others may read, and a host whose key it does not know. */
export async function checkLogins({ config }: Context): Promise<readonly Finding[]> {
  const hosts = Object.entries(config.git.hosts);
  if (hosts.length === 0) return [skipped('git.hosts names no host: remotes are asked without logging in.')];
  const found = await Promise.all(
    hosts.map(async ([host, { key, knownHosts }]) => [
      ...(key === undefined ? [] : await checkKey(`git.hosts.${host}.key`, key)),
      ...(knownHosts === undefined ? [] : await checkReadable(`git.hosts.${host}.knownHosts`, knownHosts)),
    ]),
  );
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [ok(`The logins of ${countOf(hosts.length, 'host')} are in place.`)];
}

async function checkKey(name: string, file: string): Promise<readonly Finding[]> {
  const unreadable = await checkReadable(name, file);
  if (unreadable.length > 0) return unreadable;
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return [];
  const message = `${name}: others may read ${file} (mode ${(mode & 0o777).toString(8).padStart(4, '0')}), and ssh refuses such a key.`;
  return [failure('key-open', message, `chmod 600 ${file}`)];
}

async function checkReadable(name: string, file: string): Promise<readonly Finding[]> {
  try {
    await access(file, constants.R_OK);
    const { size } = await stat(file);
    return size > 0 ? [] : [warning('file-empty', `${name}: ${file} is empty.`)];
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    return [
      failure(
        'file-unreadable',
        `${name}: ${file} ${why}.`,
        'Check the path, and the rights of the user that runs this.',
      ),
    ];
  }
}
