import { posix } from 'node:path';
import type { JsonObject } from '../../json.ts';
import { printable } from '../../text/printable.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { ExportedPack } from './exported-pack.ts';
import { formatYaml } from './format-yaml.ts';

/** How a document names a directory; `copied` is where the files of a pack are written. */
export interface DocumentPlaces {
  readonly directory: (path: string) => string;
  readonly copied: (ref: string) => string;
  /** False: nobody has put the files of packs there yet. */
  readonly isCopied: boolean;
}

const schemaLine = '# yaml-language-server: $schema=../schemas/desired.schema.json';

/** One exported pack as the text of its document, the same for the same pack. */
export function renderDocument(pack: ExportedPack, places: DocumentPlaces): string {
  const { ref, config, enabled } = pack;
  const parts = [
    schemaLine,
    ...comment(describeOrigin(pack)),
    formatYaml({ kind: 'Pack', ref, source: sourceOf(pack, places) }).trimEnd(),
    ...commentSource(pack, places),
    ...(Object.keys(config).length === 0 ? [] : [formatYaml({ config }).trimEnd()]),
    ...pack.left.flatMap(({ key, why }) => comment(`config.${key} stays as somebody set it in Attune: ${why}.`)),
    ...(Object.keys(enabled).length === 0 ? [] : [formatYaml({ enabled }).trimEnd()]),
    ...(pack.prune ? [] : ['prune: false']),
    ...comment(describePeople(pack)),
    ...comment(describeVariables(pack)),
  ];
  return `${parts.join('\n')}\n`;
}

function sourceOf({ ref, source }: ExportedPack, places: DocumentPlaces): JsonObject {
  if (source.type === 'copy') return { directory: places.copied(ref) };
  if (source.type === 'directory') return { directory: places.directory(source.path) };
  const path = source.path === '' ? {} : { path: posix.normalize(source.path) };
  return { git: { url: source.url, commit: source.commit, ...path } };
}

function describeOrigin({ ref, version, manager, origin }: ExportedPack): string {
  const managed = manager === null ? 'no manager has it' : `managed by ${manager}`;
  const how = origin === null ? '' : ` ${origin}.`;
  return `${ref} ${version} as it is installed; ${managed}.${how}`;
}

function commentSource({ ref, source }: ExportedPack, { copied, isCopied }: DocumentPlaces): string[] {
  if (source.type === 'copy' && !isCopied) {
    return comment(`Its files are in ${source.from}: export --out copies them to ${copied(ref)}.`);
  }
  if (source.type !== 'git' || source.followed === null) return [];
  return comment(
    `That commit is installed. It came from ${source.followed}: to follow that, write branch: or tag: in place of commit:.`,
  );
}

function describePeople({ people, peopleFiles }: ExportedPack): string {
  const files = peopleFiles.map((path) => `file ${path}`);
  const all = [...people, ...files];
  if (all.length === 0) return '';
  return `Not described here, because people made it in Attune; it stays: ${all.join(', ')}.`;
}

function describeVariables({ variables }: ExportedPack): string {
  if (variables.length === 0) return '';
  const listed = variables.map(({ name, key }) => `${name} (config.${key})`);
  return `Secrets are never exported. Set where attune-sync is started: ${listed.join(', ')}.`;
}

function comment(text: string): string[] {
  return text === '' ? [] : wrapText(printable(text), 110).map((line) => `# ${line}`);
}
