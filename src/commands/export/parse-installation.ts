import type { InstalledPack } from '../../actual/actual.ts';
import { parseGitUrl } from '../../config/parse-git-url.ts';

/** What Attune's installation metadata says of a pack's source. */
export interface Installation {
  /** For people; null where nothing is known. */
  readonly origin: string | null;
  readonly git: { readonly url: string; readonly ref: string | null; readonly path: string | null } | null;
  readonly directory: string | null;
}

/** Reads it as Attune writes it, and as this tool does: `url//path`, `ref@commit`. Credentials in a URL are left out. */
export function parseInstallation(installation: InstalledPack['installation']): Installation {
  const { sourceType, sourceUrl, sourceRef, method } = installation;
  if (sourceType === null || sourceUrl === null) return { origin: null, git: null, directory: null };
  const origin = `Attune installed it from ${nameSource(sourceType, sourceUrl, sourceRef)}`;
  if (sourceType === 'local_directory') return { origin, git: null, directory: sourceUrl };
  if (sourceType !== 'git') return { origin, git: null, directory: null };
  if (method !== 'sync') return { origin, git: { url: sourceUrl, ref: sourceRef, path: null }, directory: null };
  const [, scheme = '', place = ''] = /^([a-z][a-z0-9+.-]*:\/\/\/?)?(.*)$/is.exec(sourceUrl) ?? [];
  const [, repository = place, path = ''] = /^(.*)\/\/(.*)$/s.exec(place) ?? [];
  const commit = sourceRef === null ? null : (/@([0-9a-f]{40})$/.exec(sourceRef)?.[1] ?? sourceRef);
  return { origin, git: { url: scheme + repository, ref: commit, path }, directory: null };
}

const kinds: Readonly<Record<string, string>> = {
  git: 'the git repository',
  archive: 'the archive',
  local_archive: 'the archive',
  local_directory: 'the directory',
  registry: 'a registry, as',
};

function nameSource(type: string, url: string, ref: string | null): string {
  const kind = kinds[type] ?? `a source of type ${type},`;
  const isGit = type === 'git' && !('refused' in parseGitUrl(url));
  const place = isGit ? url : withoutSecrets(url);
  return `${kind} ${place}${ref === null ? '' : ` (${ref})`}`;
}

/** A signed address holds its signature in the query. */
function withoutSecrets(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/, '');
}
