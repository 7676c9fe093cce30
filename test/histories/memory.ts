import type { Content } from './content.ts';

/** What this test remembers of one pack's fields, to work out by the field table of the design what they must be. */
export interface Memory {
  /** By `kind ref`: the switch as it was after the last run, and in which row. */
  readonly switches: Map<string, { readonly enabled: boolean; readonly id: string }>;
  /** By `kind ref`: ids of the rows that were written. */
  ids: ReadonlyMap<string, string>;
  /** Null where nothing of the pack is recorded. */
  config: { readonly last: Readonly<Record<string, string>>; readonly documentKeys: readonly string[] } | null;
  /** By `kind ref`: what a person switched. It outlives rows and packs. */
  readonly switched: Map<string, boolean>;
  /** By key: what a person set, and the row of the pack it was last seen in. */
  readonly set: Map<string, { readonly value: string; readonly id: string }>;
  /** By key: what people had set where a document has a say now, the last one last. */
  readonly setAside: Map<string, string[]>;
  /** The content that was applied last, and by digest all that ever were. */
  applied: Content | null;
  readonly known: Map<string, Content>;
  /** A rollback in force: the content that is wanted while the author's is still this text. */
  hold: { readonly heldBack: string; readonly content: Content } | null;
}

export function createMemory(): Memory {
  return {
    switches: new Map(),
    ids: new Map(),
    config: null,
    switched: new Map(),
    set: new Map(),
    setAside: new Map(),
    applied: null,
    known: new Map(),
    hold: null,
  };
}
