import { type Content, type ExpectedRow, expectedRows } from './content.ts';
import type { Memory } from './memory.ts';
import type { State } from './state.ts';
import type { Document } from './world.ts';

/**
 * What every switch of a pack must be after a run, by the field table: the document over what a person switched over the
 * pack's default. Remembers it.
 */
export function settleSwitches(
  rows: readonly ExpectedRow[],
  { enabled }: Document,
  memory: Memory,
  before: State,
  after: State,
): ReadonlyMap<string, boolean> {
  const expected = new Map<string, boolean>();
  for (const { kind, ref, enabled: byDefault } of rows) {
    if (byDefault === undefined) continue;
    const name = `${kind} ${ref}`;
    const row = before.rows.get(name);
    const byDocument = enabled[ref];
    if (byDocument !== undefined) memory.switched.delete(name);
    else if (row !== undefined)
      observeSwitch(name, { id: row.id, enabled: row.values.enabled === true }, byDefault, memory);
    expected.set(name, byDocument ?? memory.switched.get(name) ?? byDefault);
  }
  for (const name of [...memory.switches.keys()]) {
    if (expected.has(name)) continue;
    observeDeparture(name, memory, before);
    memory.switches.delete(name);
  }
  for (const [name, value] of expected)
    memory.switches.set(name, { enabled: value, id: after.rows.get(name)?.id ?? '' });
  return expected;
}

function observeSwitch(name: string, row: { id: string; enabled: boolean }, byDefault: boolean, memory: Memory): void {
  const last = memory.switches.get(name);
  const known = memory.switched.get(name);
  const isRemade = last !== undefined && last.id !== row.id;
  if (known !== undefined) {
    if (!isRemade && row.enabled !== known) memory.switched.set(name, row.enabled);
  } else if (last === undefined || isRemade) {
    if (row.enabled !== byDefault) memory.switched.set(name, row.enabled);
  } else if (row.enabled !== last.enabled) memory.switched.set(name, row.enabled);
}

/** What a person switched since the last run is remembered although its component goes. */
export function observeDeparture(name: string, memory: Memory, before: State): void {
  const last = memory.switches.get(name);
  const row = before.rows.get(name);
  if (last === undefined || row === undefined || row.id !== last.id) return;
  const enabled = row.values.enabled === true;
  if (enabled !== last.enabled) memory.switched.set(name, enabled);
}

/** The same for every key of a pack's config. */
export function settleConfig(
  pack: string,
  content: Content,
  document: Document,
  memory: Memory,
  before: State,
  after: State,
): Readonly<Record<string, string>> {
  const installed = before.packs.get(pack);
  const config: Record<string, string> = {};
  const keys = new Set([
    ...Object.keys(document.config),
    ...Object.keys(content.config),
    ...Object.keys(installed?.config ?? {}),
    ...memory.set.keys(),
    ...memory.setAside.keys(),
    ...Object.keys(memory.config?.last ?? {}),
  ]);
  for (const key of keys) {
    const value = settleKey(key, { content, document, memory, installed });
    if (value !== undefined) config[key] = value;
  }
  const id = after.packs.get(pack)?.id ?? '';
  for (const [key, { value }] of memory.set) memory.set.set(key, { value, id });
  memory.config = { last: config, documentKeys: Object.keys(document.config) };
  return config;
}

interface Sides {
  readonly content: Content;
  readonly document: Document;
  readonly memory: Memory;
  readonly installed: { readonly id: string; readonly config: Readonly<Record<string, string>> } | undefined;
}

function settleKey(key: string, { content, document, memory, installed }: Sides): string | undefined {
  const wanted = document.config[key];
  const byDefault = content.config[key];
  const actual = installed?.config[key];
  const last = memory.config?.last[key];
  const known = memory.set.get(key);
  const isReset = installed === undefined || (known !== undefined && known.id !== installed.id);
  const isTheirs = last === undefined ? actual !== byDefault : actual !== last;
  const keep = (value: string) => {
    memory.set.set(key, { value, id: installed?.id ?? '' });
    return value;
  };
  if (wanted !== undefined) {
    const theirs =
      actual === undefined
        ? isReset
          ? known?.value
          : undefined
        : known !== undefined || isTheirs
          ? actual
          : undefined;
    if (theirs !== undefined && actual !== wanted)
      memory.setAside.set(key, [...(memory.setAside.get(key) ?? []), theirs]);
    memory.set.delete(key);
    return wanted;
  }
  const giveBack = () => {
    const value = memory.setAside.get(key)?.pop();
    return value === undefined || value === byDefault ? value : keep(value);
  };
  if (memory.config?.documentKeys.includes(key) === true) {
    if (actual !== undefined && last !== undefined && actual !== last) return keep(actual);
    return giveBack() ?? byDefault;
  }
  if (actual === undefined) {
    if (known !== undefined && isReset) return known.value;
    memory.set.delete(key);
    return (installed === undefined ? giveBack() : undefined) ?? byDefault;
  }
  if (known !== undefined) {
    if (actual === known.value || (isReset && actual === byDefault)) return keep(known.value);
    return keep(actual);
  }
  if (actual === byDefault) return actual;
  if (isTheirs) return keep(actual);
  return byDefault ?? actual;
}

/** The pack goes, or is given up: what people set since the last run is remembered. */
export function settleRemoval(pack: string, memory: Memory, before: State, isRemoved: boolean): void {
  const config = before.packs.get(pack);
  if (isRemoved) {
    for (const name of memory.switches.keys()) observeDeparture(name, memory, before);
    for (const [key, value] of Object.entries(config?.config ?? {})) {
      if (memory.config?.documentKeys.includes(key) === true || memory.config?.last[key] === value) continue;
      memory.set.set(key, { value, id: config?.id ?? '' });
    }
  }
  memory.switches.clear();
  memory.config = null;
  memory.applied = null;
  memory.hold = null;
}

export function rowsOfContent(pack: string, content: Content, like: 'ours' | 'attune'): readonly ExpectedRow[] {
  return expectedRows(pack, content).filter(({ kind }) => like === 'ours' || kind !== 'runtime_version');
}
