import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Json } from '../json.ts';
import { isSecretName } from '../secret.ts';
import type { HiddenRange } from './mask-line.ts';
import { scalarFault } from './scalar-fault.ts';

/** A YAML value with the place of every part. */
export interface Tree {
  readonly value: Json;
  /** The text of a scalar as written, without quotes. */
  readonly source?: string;
  readonly members: ReadonlyMap<string | number, Member>;
  /** How many values it stands for once aliases are followed. */
  readonly size: number;
  readonly height: number;
}

export interface Member {
  /** Offset of the key; in a list, of the item. */
  readonly keyAt: number;
  /** Offset of the value; of the alias where it is one. */
  readonly valueAt: number;
  readonly tree: Tree;
}

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly at: number;
}

interface Building {
  readonly anchors: Map<string, Tree | 'open'>;
  readonly faults: Fault[];
  readonly hide: HiddenRange[];
  /** What aliases may still add: an alias bomb is small on disk and endless in memory. */
  budget: number;
}

const aliasBudget = 200_000;
const deepest = 100;
/** Tags that the parser knows outside the core schema as well. */
const beyondCore = /^tag:yaml\.org,2002:(binary|omap|pairs|set|timestamp)$/;
const none: ReadonlyMap<string | number, Member> = new Map();
const nothing: Tree = { value: null, members: none, size: 1, height: 1 };

/** The value of a YAML node, all that is wrong with it, and which parts of the text are secret. */
export function buildTree(root: Node): { tree: Tree; faults: readonly Fault[]; hide: readonly HiddenRange[] } {
  const building: Building = { anchors: new Map(), faults: [], hide: [], budget: aliasBudget };
  const tree = buildNode(root, building);
  if (tree.height > deepest) {
    fault(building, root, 'yaml-too-deep', `Values are nested deeper than ${deepest} levels.`);
  }
  return { tree, faults: building.faults, hide: building.hide };
}

function buildNode(node: Node | null, building: Building): Tree {
  if (node === null) return nothing;
  if (isAlias(node)) return followAlias(node, building);
  const { anchor, tag = '' } = node as Scalar | YAMLMap;
  const name = beyondCore.exec(tag)?.[1];
  if (name !== undefined) fault(building, node, 'yaml-tag', `The tag !!${name} is not known here.`, 'Remove the tag.');
  if (anchor !== undefined) building.anchors.set(anchor, 'open');
  const tree = buildPlain(node, building);
  if (anchor !== undefined) building.anchors.set(anchor, tree);
  return tree;
}

function buildPlain(node: Node, building: Building): Tree {
  if (isScalar(node)) return buildScalar(node, building);
  if (isMap(node)) return buildMap(node as YAMLMap<Node, Node | null>, building);
  if (!isSeq(node)) return nothing;
  const members = new Map<string | number, Member>();
  for (const [index, item] of (node.items as (Node | null)[]).entries()) {
    const at = item === null ? startOf(node) : startOf(item);
    members.set(index, { keyAt: at, valueAt: at, tree: buildNode(item, building) });
  }
  return gather(
    [...members.values()].map(({ tree }) => tree.value),
    members,
  );
}

function buildScalar(node: Scalar, building: Building): Tree {
  const found = scalarFault(node);
  if (found !== undefined) building.faults.push({ ...found, at: startOf(node) });
  const length = typeof node.value === 'string' ? node.value.length : 0;
  return {
    value: found === undefined ? (node.value as Json) : null,
    source: node.source ?? '',
    members: none,
    size: 1 + Math.floor(length / 64),
    height: 1,
  };
}

function buildMap(node: YAMLMap<Node, Node | null>, building: Building): Tree {
  const own = new Map<string | number, Member>();
  const merged: Member[] = [];
  for (const pair of node.items) {
    const key = readKey(pair, building);
    if (key === undefined) {
      buildNode(pair.value, building);
      continue;
    }
    const keyAt = startOf(pair.key);
    const tree = buildNode(pair.value, building);
    if (key === mergeKey) merged.push(...mergeSources(pair, tree, building));
    else if (own.has(key)) fault(building, pair.key, 'duplicate-key', `The key "${key}" stands here twice.`);
    else own.set(key, { keyAt, valueAt: pair.value === null ? keyAt : startOf(pair.value), tree });
    if (typeof key === 'string' && isSecretName(key)) hideValue(pair.value, tree, building);
  }
  // Written members first, so that they win over merged ones and keep their order.
  const members = new Map(own);
  for (const source of merged) {
    for (const [key, inherited] of source.tree.members) if (!members.has(key)) members.set(key, inherited);
  }
  const entries = [...members].map(([key, { tree }]) => [String(key), tree.value] as const);
  return gather(Object.fromEntries(entries), members);
}

const mergeKey = Symbol('<<');

/** The key's text, the merge key, or undefined where it cannot be a key. */
function readKey({ key }: Pair<Node, Node | null>, building: Building): string | typeof mergeKey | undefined {
  if (!isScalar(key)) {
    const message = 'A key must be plain text, not a list, a map or an alias.';
    fault(building, key, 'yaml-key', message);
    return undefined;
  }
  if (typeof key.value === 'symbol') return mergeKey;
  if (typeof key.value !== 'string') {
    const source = key.source ?? '';
    const hint = `Quote it: "${source}".`;
    fault(building, key, 'yaml-key', `The key ${source || '(empty)'} is not a string.`, hint);
    return undefined;
  }
  const found = scalarFault(key);
  if (found !== undefined) building.faults.push({ ...found, at: startOf(key) });
  if (key.value === '__proto__') fault(building, key, 'yaml-key', '"__proto__" cannot be used as a key.');
  return key.value;
}

function mergeSources({ key, value }: Pair<Node, Node | null>, tree: Tree, building: Building): Member[] {
  const self = { keyAt: startOf(key), valueAt: startOf(key), tree };
  const sources = Array.isArray(tree.value) ? [...tree.members.values()] : [self];
  if (sources.every((source) => isPlainMap(source.tree.value))) return sources;
  // An alias that resolves to nothing has been reported already.
  if (!isAlias(value) || tree !== nothing) {
    fault(building, key, 'yaml-merge', 'The merge key "<<" needs a map, an alias of one, or a list of them.');
  }
  return [];
}

function followAlias(alias: Alias, building: Building): Tree {
  const target = building.anchors.get(alias.source);
  if (target === undefined) {
    const message = `The alias *${alias.source} has no anchor &${alias.source} before it in this document.`;
    fault(building, alias, 'unresolved-alias', message);
    return nothing;
  }
  if (target === 'open') {
    fault(building, alias, 'unresolved-alias', `The alias *${alias.source} stands inside its own anchor.`);
    return nothing;
  }
  const spent = building.budget < 0;
  building.budget -= target.size;
  if (building.budget >= 0 && target.height <= deepest) return target;
  if (!spent) fault(building, alias, 'alias-bomb', `With the alias *${alias.source} this document grows too large.`);
  return nothing;
}

function hideValue(node: Node | null, tree: Tree, building: Building): void {
  const keys = [...tree.members.keys()];
  const isReference = keys.length === 1 && (keys[0] === 'fromEnv' || keys[0] === 'fromFile');
  const isVariable = typeof tree.value === 'string' && /^\$\{\w+\}$/.test(tree.value);
  const range = node?.range;
  if (!range || isReference || isVariable || tree.value === null) return;
  building.hide.push([range[0], range[1]]);
}

function gather(value: Json, members: ReadonlyMap<string | number, Member>): Tree {
  let size = 1;
  let height = 0;
  for (const { tree } of members.values()) {
    size += tree.size;
    height = Math.max(height, tree.height);
  }
  return { value, members, size, height: height + 1 };
}

function isPlainMap(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function fault(building: Building, node: Node, code: string, message: string, hint?: string): void {
  building.faults.push({ code, message, at: startOf(node), ...(hint === undefined ? {} : { hint }) });
}
