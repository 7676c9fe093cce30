/** The steps that a pack goes through, in their order. */
export const progressSteps = ['fetch', 'verify', 'publish', 'environment', 'tests', 'rows', 'switch'] as const;

export type ProgressStep = (typeof progressSteps)[number];

export interface PhaseOptions {
  /** It comes by itself, again and again, and mostly finds nothing to do: nobody waits for it. */
  readonly isRoutine?: boolean;
}

/**
 * Tells whoever listens what is under way. Both calls do the work and give what it gives: nothing is to be ended by
 * hand, whether the work succeeds, fails or is aborted. The outermost layer draws or logs it; nobody else cares.
 */
export interface Progress {
  /**
   * `work` takes `total` packs through a step. Each of them is counted when its `step` of this name ends. Of 0 packs nothing is shown, and of a routine only what else it led to.
   */
  phase<T>(step: ProgressStep, total: number, work: () => Promise<T>, options?: PhaseOptions): Promise<T>;
  /**
   * `work` is this step of one pack. Steps of many packs may be under way at once; of one pack they follow each other,
   * so that one which begins inside another ends that one's time.
   *
   * @param isFailed whether what the work gave says that it failed, where it does not throw
   */
  step<T>(step: ProgressStep, ref: string, work: () => Promise<T>, isFailed?: (made: T) => boolean): Promise<T>;
}

export const noProgress: Progress = { phase: (_step, _total, work) => work(), step: (_step, _ref, work) => work() };
