import type { GitSettings } from './config.ts';
import { parseGitUrl } from './parse-git-url.ts';

/**
 * Why the configuration does not let git speak to this address (continues "<name> …"); undefined where it does.
 * A transport must be named, and a token never travels unencrypted.
 */
export function refuseTransport(url: string, git: Pick<GitSettings, 'transports' | 'hosts'>): string | undefined {
  const address = parseGitUrl(url);
  if ('refused' in address) return address.refused;
  const { transport, host } = address;
  if (!git.transports.includes(transport)) {
    return `needs the transport ${transport}, which git.transports in the configuration does not name`;
  }
  const plain = transport === 'http' || transport === 'git';
  const settings = git.hosts[host] ?? git.hosts[host.replace(/:\d+$/, '')];
  if (plain && settings?.token !== undefined) {
    return `is plain ${transport}, over which the token for ${host} would travel unencrypted`;
  }
  return undefined;
}
