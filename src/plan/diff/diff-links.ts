import type { ComponentRow, RecordedComponent } from '../../actual/actual.ts';
import type { Component, Named } from '../../packs/content.ts';
import { type Kind, type KindName, kindOf, type Link } from '../../packs/kinds.ts';
import type { ComponentIndex, Target } from '../component-index.ts';
import type { FieldChange, ResolvedName } from '../plan.ts';

/** A name that leads nowhere. */
export interface Unresolved {
  readonly component: Component;
  readonly column: string;
  readonly kind: KindName;
  readonly named: Named;
}

export interface LinkDifference {
  readonly field: FieldChange;
  readonly column: string;
  readonly link: ResolvedName;
}

export interface ComparedLinks {
  /** Every link the component names, for a row that is created. */
  readonly links: Readonly<Record<string, ResolvedName>>;
  /** Those that an existing row has not. */
  readonly differences: readonly LinkDifference[];
  /** What each name was resolved to, for the inventory. */
  readonly names: Readonly<Record<string, string | null>>;
  readonly unresolved: readonly Unresolved[];
}

const none: ComparedLinks = { links: {}, differences: [], names: {}, unresolved: [] };

interface Sides {
  readonly pack: string;
  readonly component: Component;
  readonly row: ComponentRow | undefined;
  readonly recorded: RecordedComponent | undefined;
  /** The content is what we wrote last: another target is then the world's doing, not the author's. */
  readonly sameContent: boolean;
}

/** Resolves what a component names and compares it with the ids and ref texts of its row. */
export function compareLinks(sides: Sides, index: ComponentIndex): ComparedLinks {
  const kind = kindOf(sides.component.kind);
  if (kind.links.length === 0) return none;
  const links: Record<string, ResolvedName> = {};
  const names: Record<string, string | null> = {};
  const differences: LinkDifference[] = [];
  const unresolved: Unresolved[] = [];
  for (const link of kind.links) {
    const named = sides.component.names[link.column];
    const held = sides.row?.links[link.column] ?? null;
    const target =
      named === undefined
        ? null
        : index.find(link.kind, named, isHard(kind) ? foreign(sides, link, index, held) : null);
    const resolved = { kind: link.kind, ref: target?.ref ?? null, written: named?.ref ?? null };
    if (named !== undefined) {
      names[link.column] = resolved.ref;
      links[link.column] = resolved;
      if (target === null) {
        unresolved.push({ component: sides.component, column: link.column, kind: link.kind, named });
      }
    }
    if (sides.row === undefined) continue;
    const field = compareLink(sides, kind, link, { named, target, held, row: sides.row }, index);
    if (field !== null) differences.push({ field, column: link.column, link: resolved });
  }
  return { links, differences, names, unresolved };
}

/** Rules give no edge: they lose and regain what they name by relinking (design §2.9). */
function isHard(kind: Kind): boolean {
  return kind.name !== 'rule';
}

/** The row a link holds counts while another pack drops it, since the link blocks that; within one pack it goes. */
function foreign({ pack }: Sides, link: Link, index: ComponentIndex, held: string | null): string | null {
  if (index.leaving.size === 0) return held;
  const ref = index.refOf(link.kind, held);
  return ref !== null && index.row(link.kind, ref)?.packRef === pack ? null : held;
}

interface Ends {
  readonly named: Named | undefined;
  readonly target: Target | null;
  readonly held: string | null;
  readonly row: ComponentRow;
}

function compareLink(sides: Sides, kind: Kind, link: Link, ends: Ends, index: ComponentIndex): FieldChange | null {
  const { named, target, held, row } = ends;
  const linked = target === null ? held === null : target.id !== null && target.id === held;
  const text = target?.ref ?? named?.ref ?? null;
  const rowText = link.refColumn === undefined ? text : (row.refs[link.refColumn] ?? null);
  if (rowText === text && (linked || (!isHard(kind) && settlesItself(sides, link, ends, index)))) return null;
  const why = reasonOf(sides, kind, link, ends);
  return linked
    ? { field: link.refColumn ?? link.column, before: rowText, after: text, why }
    : { field: link.column, before: index.refOf(link.kind, held), after: target?.ref ?? null, why };
}

/** A rule whose target another pack brings or drops in this plan is relinked or unlinked along with that. */
function settlesItself({ pack }: Sides, link: Link, { target, held }: Ends, index: ComponentIndex): boolean {
  if (target !== null) return held === null && target.id === null && target.pack !== pack;
  const ref = index.refOf(link.kind, held);
  return ref !== null && index.leaves(link.kind, ref) && index.row(link.kind, ref)?.packRef !== pack;
}

function reasonOf(
  { recorded, sameContent }: Sides,
  kind: Kind,
  link: Link,
  { target, held }: Ends,
): FieldChange['why'] {
  const last = recorded?.names[link.column];
  if (!isHard(kind) && held === null && target !== null && recorded !== undefined) return 'resolved';
  if (recorded !== undefined && (last ?? null) === (target?.ref ?? null)) return 'drifted';
  if (last === null) return 'resolved';
  return sameContent && last !== undefined && target !== null ? 'resolved' : 'changed';
}
