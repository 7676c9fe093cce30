import { type KindName, kindOf, kinds } from '../../packs/kinds.ts';
import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import type { ComponentChange, PackChange } from '../plan.ts';
import { renderField } from './render-field.ts';
import { countOf } from './render-summary.ts';

interface ComponentOptions {
  readonly paint: Paint;
  readonly width: number;
}

/** Names of created components that are listed; a first install of many packs must stay readable. */
const shownNames = 10;

/** Creates by kind and by name, updates with each field before and after, rows written again, then deletes by name. */
export function renderComponents(change: PackChange, options: ComponentOptions): string[] {
  const { paint } = options;
  const byKind = groupByKind(change.components);
  const listed = (op: ComponentChange['op'], sign: string, most: number) =>
    [...byKind].flatMap(([kind, components]) =>
      listNames(
        sign,
        kind,
        components.filter((component) => component.op === op && !showsFields(component)),
        change.ref,
        { ...options, most },
      ),
    );
  return [
    ...listed('create', '+', shownNames).map(paint.green),
    ...change.components.filter(showsFields).flatMap((component) => renderUpdate(component, options)),
    ...listed('update', '~', shownNames).map(paint.yellow),
    ...listed('record', '=', shownNames).map(paint.cyan),
    ...listed('delete', '-', Infinity).map(paint.red),
  ];
}

/** An update without any is a row that is only written again. */
function showsFields({ op, fields }: ComponentChange): boolean {
  return op === 'update' && fields.length > 0;
}

function groupByKind(components: readonly ComponentChange[]): Map<KindName, ComponentChange[]> {
  const groups = kinds.map(({ name }) => [name, components.filter(({ kind }) => kind === name)] as const);
  return new Map(groups.filter(([, members]) => members.length > 0));
}

/** `+ 3 actions  close, create, read`, the names without the pack's own prefix. */
function listNames(
  sign: string,
  kind: KindName,
  components: readonly ComponentChange[],
  pack: string,
  { width, most }: { width: number; most: number },
): string[] {
  if (components.length === 0) return [];
  const names = components.map(({ ref }) => printable(ref.startsWith(`${pack}.`) ? ref.slice(pack.length + 1) : ref));
  const hidden = names.length - most;
  const shown = hidden > 0 ? [...names.slice(0, most), `and ${hidden} more`] : names;
  const { plural } = kindOf(kind);
  const label = `${sign} ${countOf(components.length, kind.replace('_', ' '), plural)}`;
  return width < 56
    ? hangText(`${label}: `, shown.join(', '), width, 4)
    : hangText(`${label.padEnd(22)}  `, shown.join(', '), width);
}

function renderUpdate({ kind, ref, fields }: ComponentChange, options: ComponentOptions): string[] {
  const head = `${options.paint.yellow('~')} ${kind.replace('_', ' ')} ${printable(ref)}`;
  const inner = { ...options, width: options.width - 4 };
  return [head, ...fields.flatMap((field) => renderField(field, inner)).map((line) => `    ${line}`)];
}
