import type { GitTransport } from '../../config/config.ts';
import { SyncError } from '../../errors.ts';

/** A remote's URL taken apart, as far as it decides how to log in. */
export interface Remote {
  readonly url: string;
  readonly transport: GitTransport;
  /** Lower case; '' for `file`. */
  readonly host: string;
  /** '' where the URL names none. */
  readonly port: string;
  /** The user that the URL names; '' where it names none. */
  readonly user: string;
}

const transports: readonly string[] = ['https', 'http', 'ssh', 'git', 'file'];
const schemeForm = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s;
const helperForm = /^[A-Za-z0-9][A-Za-z0-9+.-]*::/;
const scpForm = /^(?:([^@/:]+)@)?([^@/:]+):(?!\/\/)(.+)$/s;

/**
 * Takes a git URL apart and refuses what git would take for an option or a helper program, transports that are not
 * allowed, and credentials, which belong into `git.hosts`.
 *
 * @throws SyncError `git-url-invalid`, `git-transport-refused`, `git-url-credentials`
 */
export function parseRemote(url: string, allowed: readonly GitTransport[]): Remote {
  if (url === '' || url.startsWith('-')) throw invalid(url, 'it begins with "-" or is empty');
  for (const character of url) {
    if (character <= ' ' || character === '\u007f') throw invalid(url, 'it has a blank or a control character in it');
  }
  if (helperForm.test(url)) throw refused(url, `${url.split('::')[0]}::`, allowed);
  const remote = takeApart(url);
  if (remote.host.startsWith('-') || remote.user.startsWith('-'))
    throw invalid(url, 'its host or user begins with "-"');
  if (!allowed.includes(remote.transport)) throw refused(url, remote.transport, allowed);
  return remote;
}

function takeApart(url: string): Remote {
  const [, scheme, rest] = schemeForm.exec(url) ?? [];
  if (scheme === undefined || rest === undefined) {
    if (url.startsWith('/')) return { url, transport: 'file', host: '', port: '', user: '' };
    const [, user, host] = scpForm.exec(url) ?? [];
    if (host === undefined) throw invalid(url, 'it is neither a URL nor an absolute path');
    return { url, transport: 'ssh', host: host.toLowerCase(), port: '', user: user ?? '' };
  }
  const transport = scheme.toLowerCase();
  if (!isTransport(transport)) throw refused(url.slice(0, 200), transport, []);
  if (transport === 'file') return { url, transport, host: '', port: '', user: '' };
  const authority = rest.split(/[/?#]/)[0] ?? '';
  const at = authority.lastIndexOf('@');
  const userinfo = at < 0 ? '' : authority.slice(0, at);
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1)) ?? [];
  if (host === '') throw invalid(at < 0 ? url : `${transport}://…`, 'it names no host');
  const web = transport === 'https' || transport === 'http';
  if (userinfo.includes(':') || (web && userinfo !== '')) throw credentials(transport, host);
  return { url, transport, host: host.toLowerCase(), port, user: decode(userinfo) };
}

function isTransport(scheme: string): scheme is GitTransport {
  return transports.includes(scheme);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(url: string, why: string): SyncError {
  return new SyncError('git-url-invalid', `${JSON.stringify(url)} is no git URL: ${why}`, {
    hint: 'Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH.',
  });
}

function refused(url: string, transport: string, allowed: readonly GitTransport[]): SyncError {
  return new SyncError('git-transport-refused', `${url} uses the git transport ${transport}, which is not allowed`, {
    hint:
      allowed.length > 0 && isTransport(transport)
        ? `git.transports allows ${allowed.join(', ')}; add ${transport} there if you trust it.`
        : `Only ${transports.join(', ')} can be allowed, under git.transports.`,
  });
}

function credentials(transport: string, host: string): SyncError {
  return new SyncError('git-url-credentials', `A git URL of ${transport}://${host} has credentials in it`, {
    hint: `Take them out of the URL and write them in attune.config.yaml: git.hosts.${host}.token.`,
  });
}
