import type { JsonObject } from '../../json.ts';
import { kinds } from '../../packs/kinds.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { renderTree, type TreeNode } from '../../text/render-tree.ts';
import type { Mark, Tree, TreeComponent, TreePack } from './build-tree.ts';

export interface TreeOptions {
  readonly color: boolean;
  /** Lines are drawn; false where the terminal has no such characters. */
  readonly unicode: boolean;
  /** Without what packs are made of. */
  readonly packsOnly: boolean;
}

/** Managers, their packs, and what these are made of by kind. */
export function renderTreeText({ managers, loose }: Tree, options: TreeOptions): string {
  const paint = createPaint(options.color);
  const roots = managers.map(({ name, isOwn, packs }): TreeNode => {
    const title = name === null ? 'unmanaged' : `${name}${isOwn ? '' : ' (another manager)'}`;
    const text = packs.length === 0 ? `${title}: no pack is desired or installed` : title;
    return { text: paint.bold(printable(text)), children: packs.map((pack) => packNode(pack, paint, options)) };
  });
  const without: readonly TreeNode[] =
    loose.length === 0 || options.packsOnly
      ? []
      : [{ text: paint.bold('in no pack'), children: kindNodes(loose, paint) }];
  return `${renderTree([...roots, ...without], options).join('\n')}\n`;
}

/** Everything. */
export function renderTreeJson(tree: Tree): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, ...tree })) as JsonObject;
}

function packNode(
  { ref, version, state, needs, setByPeople, components }: TreePack,
  paint: Paint,
  options: TreeOptions,
): TreeNode {
  const colour = state === 'installed' ? paint.green : troubled.has(state) ? paint.red : paint.yellow;
  const text = [paint.bold(printable(ref)), printable(version ?? ''), colour(state)]
    .filter((part) => part !== '')
    .join(' ');
  if (options.packsOnly) return { text, children: [] };
  const needed = needs.map(({ ref: other, constraint, isInstalled }) => {
    const name = `needs ${other}${constraint === null ? '' : ` ${constraint}`}`;
    return {
      text: isInstalled ? paint.dim(printable(name)) : `${printable(name)} ${paint.red('not installed')}`,
      children: [],
    };
  });
  const config =
    setByPeople.length === 0
      ? []
      : [{ text: printable(`config set by people: ${setByPeople.join(', ')}`), children: [] }];
  return { text, children: [...needed, ...config, ...kindNodes(components, paint)] };
}

const troubled: ReadonlySet<TreePack['state']> = new Set(['blocked', 'failed', 'unreadable']);

function kindNodes(components: readonly TreeComponent[], paint: Paint): TreeNode[] {
  return kinds.flatMap(({ name, plural }) => {
    const found = components.filter(({ kind }) => kind === name);
    if (found.length === 0) return [];
    return [
      { text: paint.dim(plural), children: found.map((one) => ({ text: componentText(one, paint), children: [] })) },
    ];
  });
}

function componentText({ ref, marks, waitsFor }: TreeComponent, paint: Paint): string {
  if (marks.length === 0) return printable(ref);
  const said = marks.map((mark) =>
    mark === 'orphaned' ? `orphaned, waits for ${waitsFor.join(' and ')}` : names[mark],
  );
  return `${printable(ref)} ${paint.yellow(printable(`(${said.join(', ')})`))}`;
}

const names: Readonly<Record<Mark, string>> = {
  adhoc: 'ad-hoc',
  unmanaged: 'unmanaged',
  disabled: 'disabled',
  overridden: 'overridden',
  degraded: 'degraded',
  orphaned: 'orphaned',
};
