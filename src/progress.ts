/** The steps that take time, in their order. */
export type ProgressStep = 'resolve' | 'fetch' | 'publish' | 'rows';

/** How far a step is; the outermost layer draws it as a bar or ignores it. */
export interface Progress {
  /** `total` things are about to be done. */
  start(step: ProgressStep, total: number): void;
  /** One of them is done; `what` names it (a pack ref or remote). */
  tick(step: ProgressStep, what: string): void;
  end(step: ProgressStep): void;
}

export const noProgress: Progress = { start() {}, tick() {}, end() {} };
