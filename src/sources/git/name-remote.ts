import { posix } from 'node:path';

/**
 * One name for all spellings of one remote: `host/path` in lower case, without scheme, user, port and `.git`, or an
 * absolute path. `git@Host:ops/jira.git`, `ssh://git@host:22/ops/jira` and `https://host/ops/jira/` are all
 * `host/ops/jira`. Two remotes that differ in nothing else have the same name; nothing may be trusted for it.
 */
export function nameRemote(url: string): string {
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(url) ?? [];
  if (scheme?.toLowerCase() === 'file') return namePath(`/${(rest ?? '').replace(/^[^/]*\//, '')}`);
  if (scheme !== undefined && rest !== undefined) return nameHost(rest.replace(/[?#].*$/s, ''));
  if (url.startsWith('/')) return namePath(url);
  const [, host, path] = /^([^/:]+):(.*)$/s.exec(url.replace(/^[^@/:]+@/, '')) ?? [];
  return host === undefined || path === undefined ? namePath(url) : nameHost(`${host}/${path}`);
}

function nameHost(rest: string): string {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const named = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  // All that git, SSH and HTTPS reach the same host by: brackets without an IPv6 address, escapes, the root of the DNS.
  const host = decode(named.replace(/^\[([^:]*)\]$/, '$1')).replace(/\.$/, '');
  return `${host}${namePath(slash < 0 ? '/' : rest.slice(slash))}`.toLowerCase();
}

function namePath(path: string): string {
  const normal = posix.normalize(decode(path));
  return normal
    .replace(/\/+$/, '')
    .replace(/(?:\/+\.git|\.git)$/i, '')
    .replace(/^\/+/, '/');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
