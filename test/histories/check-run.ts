import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../src/apply/result.ts';
import { kindOf } from '../../src/packs/kinds.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { isEmptied } from './check-blocks.ts';
import type { Content } from './content.ts';
import { rowsOfContent, settleConfig, settleRemoval, settleSwitches } from './field-table.ts';
import type { Row, State } from './state.ts';
import { hasPlace, locate, nameOf, type Thing } from './things.ts';
import { contentOf, memoryOf, packNames, textOf, type World, wantedContent } from './world.ts';

export interface Run {
  readonly plan: Plan;
  readonly result: RunResult;
  readonly before: State;
  readonly after: State;
  /** The pack that was rolled back. */
  readonly rolledBack?: string;
  /** The packs it was about; undefined: all. */
  readonly targets?: readonly string[];
}

/** Holds what a run left against what it should have. */
export function checkRun(world: World, run: Run): void {
  const { plan, result, before, after } = run;
  for (const { ref, outcome, problems } of result.packs) {
    assert.ok(outcome !== 'failed' && outcome !== 'unreadable', `${ref} ${outcome}: ${JSON.stringify(problems)}`);
  }
  const errors = result.problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, [], 'problems of the run');
  for (const pack of packNames) {
    const found = result.packs.find(({ ref }) => ref === pack);
    const isDone = found === undefined ? plan.unchanged.includes(pack) : found.outcome === 'applied';
    if (found === undefined && run.targets === undefined) checkPassedOver(world, pack, run);
    if (!isDone) checkUntouched(world, pack, run);
    else if (found?.action === 'remove') checkRemoved(world, pack, run);
    else if (found?.action === 'forget') checkForgotten(world, pack, run);
    else checkSame(world, pack, run, found?.to?.digest ?? null);
  }
  checkIds(before, after);
  checkRules(after, result);
  checkThings(world, run);
}

/** Nothing was said of it. */
function checkPassedOver(world: World, pack: string, { plan, before }: Run): void {
  const document = world.documents.get(pack) ?? null;
  if (document !== null && !document.unmanaged) {
    assert.ok(plan.unchanged.includes(pack), `${pack} is desired, and the run says nothing of it`);
  } else if (document === null && before.managed.has(pack)) {
    assert.ok(world.pinned.has(pack), `${pack} is no longer desired, and the run says nothing of it`);
  } else assert.ok(!before.managed.has(pack), `${pack} is given up, and the run says nothing of it`);
}

function checkRemoved(world: World, pack: string, { before, after }: Run): void {
  assert.ok(!after.packs.has(pack) && !after.managed.has(pack), `${pack} was removed`);
  const left = [...after.rows.values()].filter((row) => row.pack === pack);
  assert.deepEqual(left.map(keyOf), [], `rows of ${pack} after its removal`);
  settleRemoval(pack, memoryOf(world, pack), before, true);
  world.pinned.delete(pack);
}

function checkForgotten(world: World, pack: string, run: Run): void {
  checkUntouched(world, pack, run);
  assert.ok(!run.after.managed.has(pack), `${pack} was forgotten`);
  settleRemoval(pack, memoryOf(world, pack), run.before, false);
  world.pinned.delete(pack);
  const known = new Set(world.things.map(nameOf));
  const strays = [...run.after.rows.values()].filter((row) => row.pack === pack && !known.has(keyOf(row)));
  world.things = [...world.things, ...strays.map(strayOf)];
}

/** A row that nobody wrote: there is nothing of it to know but that it is there. */
function strayOf({ kind, ref, pack, links }: Row): Thing {
  return {
    type: 'row',
    kind,
    ref,
    pack: pack ?? '',
    columns: {},
    links: kind === 'rule' || kind === 'action' ? {} : links,
  };
}

/** Everything of the pack is as its content, its document and the people want it. */
function checkSame(world: World, pack: string, run: Run, digest: string | null): void {
  const memory = memoryOf(world, pack);
  const document = world.documents.get(pack);
  assert.ok(document != null && !document.unmanaged, `${pack} was written although no document names it`);
  const { before, after } = run;
  const content = settleContent(world, pack, run, digest);
  const rows = rowsOfContent(pack, content, world.like);
  const own = new Set(rows.map(({ kind, ref }) => `${kind} ${ref}`));
  world.things = world.things.filter(
    (thing) =>
      thing.type !== 'row' ||
      Object.keys(thing.columns).length > 0 ||
      !own.has(nameOf(thing)) ||
      locate(thing, before) === 'aside',
  );
  const switches = settleSwitches(rows, document, memory, before, after);
  for (const expected of rows) {
    const name = `${expected.kind} ${expected.ref}`;
    const row = after.rows.get(name);
    assert.ok(row !== undefined, `${name} is missing`);
    assert.ok(row.values.is_adhoc !== true && row.pack === pack, `${name} belongs to ${pack}`);
    for (const [column, value] of Object.entries(expected.columns)) {
      assert.equal(row.values[column], value, `${column} of ${name}`);
    }
    for (const { column, kind } of kindOf(expected.kind).links) {
      const target = expected.links[column] ?? null;
      const there = target !== null && after.rows.has(`${kind} ${target}`) ? target : null;
      assert.equal(row.links[column] ?? null, there, `${column} of ${name}`);
    }
    const enabled = switches.get(name);
    if (enabled !== undefined) assert.equal(row.values.enabled, enabled, `switch of ${name}`);
  }
  const known = new Set(world.things.map(nameOf));
  const others = [...after.rows.values()].filter(
    (row) => row.pack === pack && !own.has(keyOf(row)) && !known.has(keyOf(row)),
  );
  // Attune made it anew under another id before it left the pack: it is nobody's, and stays.
  const isStray = (row: Row) => memory.ids.get(keyOf(row)) !== row.id;
  world.things = [...world.things, ...others.filter(isStray).map(strayOf)];
  const extra = others.filter((row) => !isStray(row));
  memory.ids = new Map(rows.map(({ kind, ref }) => [`${kind} ${ref}`, after.rows.get(`${kind} ${ref}`)?.id ?? '']));
  assert.deepEqual(extra.map(keyOf), [], `rows of ${pack} that its content does not have`);
  const config = settleConfig(pack, content, document, memory, before, after);
  assert.deepEqual(sorted(after.packs.get(pack)?.config ?? {}), sorted(config), `config of ${pack}`);
  assert.equal(readMade(world, pack), isMade(content) ? `${content.needs}\n` : null, `environment of ${pack}`);
  if (document.prune === false) world.pinned.add(pack);
  else if (document.prune === true) world.pinned.delete(pack);
}

function isMade({ parts }: Content): boolean {
  return parts.some(({ kind, first }) => (kind === 'action' || kind === 'sensor') && first === 'base.made');
}

/** What the environment holds that the pack leads to; null where it leads to none. */
function readMade({ fleet }: World, pack: string): string | null {
  const file = join(fleet.context.config.packStore.directory, pack, '.made/needs.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function settleContent(world: World, pack: string, { rolledBack, before }: Run, digest: string | null): Content {
  const memory = memoryOf(world, pack);
  if (pack === rolledBack && digest !== null) {
    const content = memory.known.get(digest);
    assert.ok(content !== undefined, `${pack} was rolled back to what it never was`);
    memory.hold = { heldBack: textOf(pack, contentOf(world, pack)), content };
  }
  const content = wantedContent(world, pack);
  if (memory.hold?.content !== content) memory.hold = null;
  if (before.packs.has(pack)) assert.ok(!isEmptied(world, pack, content), `${pack} lost all it had`);
  memory.applied = content;
  if (digest !== null) memory.known.set(digest, content);
  return content;
}

/** Nothing of the pack was written: its rows are as they were, but for what others brought or took. */
function checkUntouched(world: World, pack: string, { before, after }: Run): void {
  assert.equal(after.packs.get(pack)?.id, before.packs.get(pack)?.id, `${pack} is not to be written`);
  assert.deepEqual(after.packs.get(pack)?.config, before.packs.get(pack)?.config, `config of ${pack}`);
  const theirs = new Set(world.things.map(nameOf));
  for (const [name, row] of before.rows) {
    if (row.pack !== pack || theirs.has(name)) continue;
    assert.deepEqual(contentsOf(after.rows.get(name)), contentsOf(row), `${name} is not to be written`);
  }
}

function contentsOf(row: Row | undefined): unknown {
  if (row === undefined) return undefined;
  const { updated, ...values } = row.values;
  const links = new Set(kindOf(row.kind).links.map(({ column }) => column));
  const plain = Object.fromEntries(Object.entries(values).filter(([name]) => !links.has(name)));
  return row.kind === 'rule' ? plain : { ...plain, links: row.links };
}

/** What stays keeps its id, and so everything that knows it. */
function checkIds(before: State, after: State): void {
  for (const [name, { id }] of before.rows) {
    const now = after.rows.get(name);
    if (now !== undefined) assert.equal(now.id, id, `id of ${name}`);
  }
  for (const [name, { id }] of before.packs) {
    const now = after.packs.get(name);
    if (now !== undefined) assert.equal(now.id, id, `id of ${name}`);
  }
}

/** A rule leads to what it names, and to nothing only where there is no such thing. */
function checkRules(after: State, { packs }: RunResult): void {
  const hasWritten = packs.some(
    ({ outcome, action }) => outcome === 'applied' && action !== 'remove' && action !== 'forget',
  );
  for (const row of after.rows.values()) {
    if (row.kind !== 'rule') continue;
    for (const kind of ['action', 'trigger'] as const) {
      const text = String(row.values[`${kind}_ref`]);
      const led = row.links[kind] ?? null;
      if (led !== null) assert.equal(led, text, `${kind} of rule ${row.ref}`);
      else if (hasWritten)
        assert.ok(!after.rows.has(`${kind} ${text}`), `rule ${row.ref} is linked to ${kind} ${text}`);
    }
  }
}

function checkThings(world: World, { before, after }: Run): void {
  for (const thing of world.things) {
    const where = locate(thing, after);
    assert.ok(where !== 'gone', `${nameOf(thing)} is lost`);
    assert.ok(where !== 'changed', `${nameOf(thing)} was changed`);
    if (where === 'place' || !hasPlace(thing, after)) continue;
    const waited = hasPlace(thing, before) && locate(thing, before) === 'aside';
    assert.ok(waited, `${nameOf(thing)} is set aside although its place is there`);
  }
}

function keyOf({ kind, ref }: Row): string {
  return `${kind} ${ref}`;
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
