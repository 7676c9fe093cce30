import type { Content, Part, PartKind } from './content.ts';
import { author, contentOf, packNames, partNames, type World } from './world.ts';

/** Numbers that an edit takes what it needs from. */
export interface Choice {
  readonly edit: string;
  readonly pack: number;
  readonly one: number;
  readonly two: number;
  readonly three: number;
}

/** Does it and says what it did; null where there was nothing to do it to. */
export type Edit = (world: World, choice: Choice) => Promise<string | null>;

export function pick<T>(all: readonly T[], number: number): T | undefined {
  return all[number % Math.max(all.length, 1)];
}

export function packOf({ pack }: Choice): string {
  return pick(packNames, pack) ?? 'aa';
}

/** A name of a component in some pack, one that exists more often than not. */
export function refOf(world: World, kinds: readonly PartKind[], number: number): string {
  const existing = packNames.flatMap((pack) =>
    contentOf(world, pack)
      .parts.filter(({ kind }) => kinds.includes(kind))
      .map(({ name }) => `${pack}.${name}`),
  );
  const any = packNames.flatMap((pack) => partNames.map((name) => `${pack}.${name}`));
  const always = kinds.includes('runtime') ? ['base.made', 'base.sh', 'base.made'] : [];
  return (
    (number % 14 === 13 ? pick(any, number) : pick([...always, ...existing], number)) ?? pick(any, number) ?? 'aa.x'
  );
}

const kinds: readonly PartKind[] = [
  'action',
  'trigger',
  'rule',
  'sensor',
  'workflow',
  'runtime',
  'action',
  'trigger',
  'policy',
  'permission_set',
];

const firsts: Readonly<Partial<Record<PartKind, readonly PartKind[]>>> = {
  action: ['runtime'],
  sensor: ['runtime'],
  policy: ['action', 'workflow'],
  rule: ['action', 'workflow'],
  workflow: ['action', 'workflow'],
};

const versionSets = [[], ['1.0.0'], ['1.0.0', '2.0.0'], ['2.0.0']];

/** Workflows bring an action of their name, so both share one set of names. */
function isTaken({ parts }: Content, kind: PartKind, name: string): boolean {
  const shared = (one: PartKind) => (one === 'workflow' ? 'action' : one);
  return parts.some((part) => part.name === name && shared(part.kind) === shared(kind));
}

const add: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  const kind = pick(kinds, choice.one) ?? 'action';
  const names = partNames.map((_, index) => pick(partNames, choice.two + index) ?? 'x');
  const free = names.find((name) => !isTaken(content, kind, name));
  if (free === undefined) return null;
  const needed: readonly PartKind[] = kind === 'sensor' ? ['trigger'] : kind === 'policy' ? ['action', 'workflow'] : [];
  if (needed.length > 0 && choice.three % 14 !== 13 && !hasAny(world, needed)) return null;
  const part: Part = {
    kind,
    name: free,
    label: 'one',
    enabled: choice.three % 4 !== 0,
    first: refOf(world, firsts[kind] ?? [], kind === 'policy' ? choice.three : choice.two + choice.three),
    second: refOf(world, ['trigger'], choice.three),
    versions: kind === 'runtime' ? (pick(versionSets, choice.three) ?? []) : [],
  };
  await author(world, pack, { ...content, parts: [...content.parts, part] });
  return `author adds ${sayPart(pack, part)}`;
};

function hasAny(world: World, kinds: readonly PartKind[]): boolean {
  return packNames.some((pack) => contentOf(world, pack).parts.some(({ kind }) => kinds.includes(kind)));
}

function sayPart(pack: string, { kind, name, first, second, enabled }: Part): string {
  const on = firsts[kind] === undefined ? '' : ` on ${first}`;
  const by = kind === 'sensor' || kind === 'rule' ? ` by ${second}` : '';
  return `${kind} ${pack}.${name}${on}${by}${enabled ? '' : ', off'}`;
}

function editPart(
  change: (part: Part, world: World, choice: Choice, content: Content) => Part | null,
  say: (pack: string, before: Part, after: Part) => string,
): Edit {
  return async (world, choice) => {
    const { pack, content, part } = partOf(world, choice);
    const changed = part === undefined ? null : change(part, world, choice, content);
    if (part === undefined || changed === null || JSON.stringify(part) === JSON.stringify(changed)) return null;
    await author(world, pack, { ...content, parts: content.parts.map((one) => (one === part ? changed : one)) });
    return `author ${say(pack, part, changed)}`;
  };
}

/** The part that the choice is about, or the one that was touched last. */
function partOf(world: World, choice: Choice): { pack: string; content: Content; part: Part | undefined } {
  const focused = packNames.find((name) => world.focus?.startsWith(`${name}.`));
  const pack = choice.three % 2 === 1 && focused !== undefined ? focused : packOf(choice);
  const content = contentOf(world, pack);
  const same = content.parts.find(({ name }) => choice.three % 2 === 1 && `${pack}.${name}` === world.focus);
  const part = same ?? pick(content.parts, choice.one);
  if (part !== undefined) world.focus = `${pack}.${part.name}`;
  return { pack, content, part };
}

const bringBack: Edit = async (world) => {
  if (world.removed === null) return null;
  const { pack, part } = world.removed;
  const content = contentOf(world, pack);
  if (isTaken(content, part.kind, part.name)) return null;
  await author(world, pack, { ...content, parts: [...content.parts, part] });
  return `author brings ${part.kind} ${pack}.${part.name} back`;
};

const remove: Edit = async (world, choice) => {
  const { pack, content, part } = partOf(world, choice);
  if (part === undefined) return null;
  world.removed = { pack, part };
  await author(world, pack, { ...content, parts: content.parts.filter((one) => one !== part) });
  return `author removes ${part.kind} ${pack}.${part.name}`;
};

const empty: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  if (content.parts.length === 0 || choice.two % 4 !== 0) return null;
  await author(world, pack, { ...content, parts: [] });
  return `author empties ${pack}`;
};

const bump: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  const version = `1.${choice.one % 4}.0`;
  if (version === content.version) return null;
  await author(world, pack, { ...content, version });
  return `author makes ${pack} ${version}`;
};

const keys = ['url', 'token'];
const values = ['a', 'b'];

const configure: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  const key = pick(keys, choice.one) ?? 'url';
  const { [key]: old, ...others } = content.config;
  const value = pick([...values, undefined], choice.two);
  if (value === old) return null;
  await author(world, pack, { ...content, config: value === undefined ? others : { ...others, [key]: value } });
  return value === undefined
    ? `author drops the default of ${key} in ${pack}`
    : `author sets the default of ${key} in ${pack} to ${value}`;
};

const depend: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  const other = pick(packNames, choice.one) ?? 'aa';
  if (other === pack) return null;
  const has = content.dependencies.includes(other);
  const dependencies = has ? content.dependencies.filter((one) => one !== other) : [...content.dependencies, other];
  await author(world, pack, { ...content, dependencies });
  return `author of ${pack} declares ${has ? 'no dependency on' : 'a dependency on'} ${other}`;
};

const need: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const content = contentOf(world, pack);
  const needs = pick(['one', 'two'], choice.one) ?? 'one';
  if (needs === content.needs) return null;
  await author(world, pack, { ...content, needs });
  return `author of ${pack} lets its environment hold ${needs}`;
};

/** What authors do. */
export const authorEdits: Readonly<Record<string, Edit>> = {
  add,
  addAnother: add,
  remove,
  removeAnother: remove,
  bringBack,
  bringBackAgain: bringBack,
  empty,
  bump,
  configure,
  depend,
  need,
  needAnother: need,
  rename: editPart(
    (part, _, choice, content) => {
      const name = pick(partNames, choice.two) ?? 'x';
      return isTaken(content, part.kind, name) ? null : { ...part, name };
    },
    (pack, before, after) => `renames ${before.kind} ${pack}.${before.name} to ${pack}.${after.name}`,
  ),
  relabel: editPart(
    (part, _, choice) => ({ ...part, label: pick(['one', 'two'], choice.two) ?? 'one' }),
    (pack, before, after) => `labels ${before.kind} ${pack}.${before.name} ${after.label}`,
  ),
  switch: editPart(
    (part) => ({ ...part, enabled: !part.enabled }),
    (pack, before, after) =>
      `switches ${before.kind} ${pack}.${before.name} ${after.enabled ? 'on' : 'off'} by default`,
  ),
  pointFirst: editPart(
    (part, world, choice) => ({ ...part, first: refOf(world, firsts[part.kind] ?? [], choice.two) }),
    (pack, before, after) => `points ${before.kind} ${pack}.${before.name} at ${after.first}`,
  ),
  pointSecond: editPart(
    (part, world, choice) => ({ ...part, second: refOf(world, ['trigger'], choice.two) }),
    (pack, before, after) => `moves ${before.kind} ${pack}.${before.name} to trigger ${after.second}`,
  ),
  reversion: editPart(
    (part, _, choice) => (part.kind === 'runtime' ? { ...part, versions: pick(versionSets, choice.two) ?? [] } : null),
    (pack, before, after) => `gives runtime ${pack}.${before.name} the versions ${after.versions.join(', ') || 'none'}`,
  ),
  transform: editPart(
    (part, world, choice) => {
      if (part.kind === 'action') return { ...part, kind: 'workflow', first: refOf(world, ['action'], choice.two) };
      if (part.kind === 'workflow') return { ...part, kind: 'action', first: refOf(world, ['runtime'], choice.two) };
      return null;
    },
    (pack, before, after) => `makes ${before.kind} ${pack}.${before.name} a ${after.kind}`,
  ),
};
