import type { GitTransport } from './config.ts';

/** What an address of a git repository says, or why it is refused (continues "<name> …"). */
export type GitAddress =
  | {
      readonly transport: GitTransport;
      /** Lower case, with the port where one is given; empty for files. */
      readonly host: string;
      /** A path that begins with ./ or ../, to be resolved against the file that names it. */
      readonly relative: boolean;
    }
  | { readonly refused: string };

const schemes: readonly string[] = ['https', 'http', 'ssh', 'git', 'file'];

/**
 * Reads an address before git sees it: an option in disguise, a remote helper (`ext::`) or a credential
 * in a URL never reaches git, argv or the database.
 */
export function parseGitUrl(text: string): GitAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (text.startsWith('-')) return { refused: 'must not begin with a hyphen' };
  if (/^[a-z0-9+.-]*::/i.test(text)) return { refused: 'names a remote helper of git, which is not allowed' };
  if (scheme !== undefined) return parseSchemeUrl(text, scheme);
  if (/^\.\.?(?:\/|$)/.test(text)) return { transport: 'file', host: '', relative: true };
  if (text.startsWith('/')) return { transport: 'file', host: '', relative: false };
  return parseScpUrl(text);
}

function parseSchemeUrl(text: string, scheme: string): GitAddress {
  if (!schemes.includes(scheme))
    return { refused: `has the scheme ${scheme}; one of ${schemes.join(', ')} is expected` };
  const transport = scheme as GitTransport;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? '' : authority.slice(0, at);
  const host = authority.slice(at + 1).toLowerCase();
  if (user !== '' && (transport !== 'ssh' || user.includes(':'))) {
    return { refused: 'holds credentials; give them under git.hosts in the configuration' };
  }
  if (transport === 'file') {
    const isLocal = (host === '' || host === 'localhost') && text.length > 'file:///'.length;
    return isLocal ? { transport, host: '', relative: false } : { refused: 'must be file:// and an absolute path' };
  }
  if (host === '' || host.startsWith('-') || user.startsWith('-')) return { refused: 'has no valid host' };
  return { transport, host, relative: false };
}

/** `[user@]host:path`, the short form that git offers for SSH. */
function parseScpUrl(text: string): GitAddress {
  const [, user, host, path] = /^(?:([^@/:]+)@)?([^@/:]+):(.+)$/.exec(text) ?? [];
  if (host === undefined || path === undefined) {
    return { refused: 'is neither a URL nor a path that begins with /, ./ or ../' };
  }
  if ([user ?? '', host, path].some((part) => part.startsWith('-'))) return { refused: 'has no valid host' };
  return { transport: 'ssh', host: host.toLowerCase(), relative: false };
}
