/** Numbers that are the same for the same seed. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(all: readonly T[]): T;
  /** Goes on as if it had begun with this seed. */
  restart(seed: number): void;
}

/** mulberry32: 32 bits of state are plenty for a choice of faults. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between: Random['between'] = (least, most) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    pick(all) {
      const one = all[between(0, all.length - 1)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
    restart(again) {
      state = again >>> 0;
    },
  };
}
