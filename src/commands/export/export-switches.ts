import type { Actual } from '../../actual/actual.ts';
import type { PackContent } from '../../packs/content.ts';
import { type KindName, kinds } from '../../packs/kinds.ts';

/** What the rows of a pack say beyond its content. */
export interface ExportedRows {
  /** Switches other than the pack's defaults, by ref. */
  readonly enabled: Readonly<Record<string, boolean>>;
  /** Rows that are not in the content, `kind ref`. */
  readonly people: readonly string[];
}

/** Compares the rows of one pack with its content. A ref that two kinds share has one switch in a document. */
export function exportSwitches(content: PackContent, components: Actual['components']): ExportedRows {
  const defaults = new Map(content.components.map(({ kind, ref, enabled }) => [`${kind} ${ref}`, enabled]));
  const enabled = new Map<string, boolean>();
  const people: string[] = [];
  for (const { name } of kinds) {
    for (const row of rowsOf(name, content.ref, components)) {
      const key = `${name} ${row.ref}`;
      const usual = defaults.get(key);
      if (row.adhoc || !defaults.has(key)) people.push(key);
      else if (usual !== undefined && row.enabled !== undefined && row.enabled !== usual)
        enabled.set(row.ref, row.enabled);
    }
  }
  const sorted = [...enabled].sort(([one], [other]) => (one < other ? -1 : 1));
  return { enabled: Object.fromEntries(sorted), people: people.sort() };
}

function rowsOf(kind: KindName, pack: string, components: Actual['components']) {
  return [...(components.get(kind)?.values() ?? [])].filter(({ packRef }) => packRef === pack);
}
