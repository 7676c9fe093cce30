import { relative } from 'node:path';
import type { DesiredEntry } from '../../config/config.ts';
import type { DocumentSource, PackDocument } from '../../desired/desired.ts';
import { maskSecrets } from '../../secret.ts';
import { digestJson } from './digest-json.ts';

export interface DocumentPlace {
  /** The directory of the configuration: the same checkout elsewhere has the same digests. */
  readonly base: string;
  readonly entries: readonly DesiredEntry[];
  /** Of the digests that stand for secrets; null: secrets do not count, since there is no key that lasts. */
  readonly secretKey: string | null;
}

/**
 * Digest of what a document says of its pack. Where it stands does not count (design §2.6), nor from which commit of
 * the entry's own repository its pack is read: the content has a digest of its own.
 */
export function digestDocument(document: PackDocument, place: DocumentPlace): string {
  // A suspension blocks by itself, and none is no reason to do anything else.
  const { entry, where: _where, configPlaces: _places, suspend: _suspend, source, config, ...said } = document;
  const shown = maskSecrets(config, place.secretKey ?? '');
  const masked =
    place.secretKey === null ? JSON.stringify(shown).replaceAll(/secret:[0-9a-f]{12}/g, '(secret)') : shown;
  return digestJson({ ...said, config: masked, source: placeOf(source, entry, place) });
}

function placeOf(source: DocumentSource, entryName: string, { base, entries }: DocumentPlace): object {
  if (source.type === 'directory') return { type: source.type, path: relative(base, source.path) };
  const { url, ref, path } = source;
  const entry = entries.find(({ name }) => name === entryName);
  const isOwn = entry?.type === 'git' && entry.url === url && ref.type === 'commit';
  return { type: source.type, url: url.startsWith('/') ? relative(base, url) : url, ref: isOwn ? null : ref, path };
}
