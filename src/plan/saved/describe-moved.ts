import type { Fingerprint } from '../../actual/fingerprint.ts';
import type { WantedPack } from '../../desired/desired.ts';
import { kinds } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import type { SavedPack } from './saved-plan.ts';

/** What the desired side and Postgres say of a saved pack now. */
export interface Present {
  /** Null where no document names it. */
  readonly document: string | null;
  /** A document names it and cannot be read. */
  readonly mentioned: boolean;
  readonly wanted: WantedPack | undefined;
  readonly fingerprint: Fingerprint | undefined;
}

/** What moved since a pack's change was saved, a clause each: documents, then content, then rows. Empty: nothing did. */
export function describeMoved(saved: SavedPack, present: Present): readonly string[] {
  const document = describeDocument(saved, present);
  return [
    ...document,
    ...(present.wanted === undefined ? [] : describeContent(saved, present.wanted)),
    ...describeRows(saved.fingerprint, present.fingerprint),
  ];
}

function describeDocument(saved: SavedPack, { document, mentioned }: Present): string[] {
  if (document === saved.document) return [];
  if (saved.document === null) return ['a document names it now'];
  if (document !== null) return ['what its document says changed'];
  return [mentioned ? 'its document cannot be read any more' : 'no document names it any more'];
}

function describeContent({ to }: SavedPack, { source, content }: WantedPack): string[] {
  if (to === null || to.digest === content.digest) return [];
  if (source.type === 'directory') return ['the files in its directory changed'];
  const from = to.commit === null ? '' : ` from ${to.commit.slice(0, 7)}`;
  return [`its content moved on${from} to ${source.commit.slice(0, 7)}`];
}

const mostNamed = 5;

function describeRows(saved: Fingerprint, present: Fingerprint | undefined): string[] {
  if (saved.digest === present?.digest) return [];
  const parts = present?.parts ?? {};
  const names = [...new Set([...Object.keys(saved.parts), ...Object.keys(parts)])].sort(compareRefs);
  const moved = [...new Set(names.filter((name) => saved.parts[name] !== parts[name]).map(readable))];
  if (moved.length === 0) return ['rows in Postgres changed'];
  const hidden = moved.length - mostNamed;
  const listed = hidden > 1 ? [...moved.slice(0, mostNamed), `${hidden} more`] : moved;
  return [`rows in Postgres changed: ${listed.join(', ')}`];
}

const components: ReadonlySet<string> = new Set(kinds.map(({ name }) => name));

/** The name of a part as people say it. */
function readable(part: string): string {
  const [what = '', ...rest] = part.split(' ');
  const name = rest.join(' ');
  if (components.has(what)) return `${what.replace('_', ' ')} ${name}`;
  if (what === 'config') return `the config key ${name}`;
  if (what === 'record') return `what is recorded of the ${name.replace('_', ' ')}`;
  if (what === 'override') return `the override of ${name.replace(/ (\S+)$/, ' ($1)')}`;
  if (what === 'preserved') return `what is set aside of the config key ${name.replace(/ \d+$/, '')}`;
  if (what === 'user') return `the ${name.replace(/ (\S+)$/, ' and its $1')}`;
  if (what === 'target') return `the ${name.replace(/ by name$/, '')} that it names`;
  if (what === 'orphan') return `the ${name.replace(/ \S+$/, '')} that waits for it`;
  return `the ${what} ${name}`;
}
