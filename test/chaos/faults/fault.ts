import type { ChaosRemote } from '../remotes.ts';
import type { ChaosWorld } from '../world.ts';

/** Something that goes wrong, or that somebody does. @returns what it did, for people */
export interface Fault {
  readonly name: string;
  readonly run: (world: ChaosWorld) => Promise<string>;
}

/** A remote that nothing is wrong with yet; undefined where there is none. */
export function pickRemote({ remotes, random, isAway }: ChaosWorld, canHang = false): ChaosRemote | undefined {
  const sound = remotes.all.filter(({ name, hang }) => !isAway(name) && (!canHang || hang !== undefined));
  return sound.length === 0 ? undefined : random.pick(sound);
}

export const nothing = 'nothing: all of that kind is away';

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
