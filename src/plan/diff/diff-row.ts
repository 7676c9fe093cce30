import type { ComponentRow } from '../../actual/actual.ts';
import type { PackScope } from '../pack-scope.ts';
import type { FieldChange } from '../plan.ts';
import type { ComponentSides } from './component-sides.ts';
import { diffColumns } from './diff-columns.ts';
import type { LinkDifference } from './diff-links.ts';
import { diffOwner } from './diff-owner.ts';

/** What an existing row has other than it should. */
export interface RowDifference {
  readonly columns: readonly FieldChange[];
  readonly links: readonly LinkDifference[];
  readonly toggled: readonly FieldChange[];
  /** It does not say that it is this pack's. */
  readonly owner: FieldChange | null;
}

/** Compares an existing row with what its component should be. */
export function diffRow(sides: ComponentSides, row: ComponentRow, scope: PackScope): RowDifference {
  const { recorded, columns, links, toggle } = sides;
  return {
    columns: diffColumns(columns, recorded?.columns, row.columns),
    links: links.differences,
    toggled: toggle?.field === undefined ? [] : [toggle.field],
    owner: diffOwner(row, recorded, scope),
  };
}

/** Asked of every row of every plan: no list is made of it. */
export function isEmpty({ columns, links, toggled, owner }: RowDifference): boolean {
  return columns.length === 0 && links.length === 0 && toggled.length === 0 && owner === null;
}

/** All of it, in the order in which a plan shows it. */
export function fieldsOf({ columns, links, toggled, owner }: RowDifference): readonly FieldChange[] {
  return [...columns, ...links.map(({ field }) => field), ...toggled, ...ownerFields({ owner })];
}

/** None or one. */
export function ownerFields({ owner }: Pick<RowDifference, 'owner'>): readonly FieldChange[] {
  return owner === null ? [] : [owner];
}

/** Without what others changed: only content and the document are written. */
export function withoutDrift({ columns, links, toggled, owner }: RowDifference): RowDifference {
  const isWritten = ({ why }: FieldChange) => why !== 'drifted';
  return {
    columns: columns.filter(isWritten),
    links: links.filter(({ field }) => isWritten(field)),
    toggled: toggled.filter(isWritten),
    owner: owner !== null && isWritten(owner) ? owner : null,
  };
}
