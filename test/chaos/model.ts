import { packContent } from './pack-content.ts';

/** What must be installed in the end, and what people made meanwhile. */
export interface Model {
  /** What authors published last that was valid, by pack. */
  readonly generations: Map<string, number>;
  /** What the document of a pack says last. */
  readonly greetings: Map<string, number>;
  /** Ad-hoc rules by ref, with their pack. */
  readonly rules: Map<string, string>;
  /** Keys of packs' actions, by ref. */
  readonly keys: Map<string, string>;
  /** Rules of packs that a person switched off. */
  readonly switchedOff: Set<string>;
  /** A config key of a person's own, by pack. */
  readonly notes: Map<string, number>;
  /** Files that people put into packs, as `{ref}/{name}`. */
  readonly files: Set<string>;
  /** For names that are used once. */
  counter: number;
}

export function createModel(refs: readonly string[]): Model {
  return {
    generations: new Map(refs.map((ref) => [ref, 0])),
    greetings: new Map(refs.map((ref) => [ref, 0])),
    rules: new Map(),
    keys: new Map(),
    switchedOff: new Set(),
    notes: new Map(),
    files: new Set(),
    counter: 0,
  };
}

export function contentOf(model: Model, ref: string): ReturnType<typeof packContent> {
  return packContent(ref, model.generations.get(ref) ?? 0);
}

/** The author changes a pack, and what is desired with it. */
export function publishNext(model: Model, ref: string): ReturnType<typeof packContent> {
  model.generations.set(ref, (model.generations.get(ref) ?? 0) + 1);
  return contentOf(model, ref);
}
