import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { history } from './arbitrary-history.ts';
import { live } from './history.ts';
import { createHistoryFleet } from './world.ts';

/** How `run.ts` says how many histories it wants, and from which seed on: `5000 42`. */
export const wishVariable = 'ATTUNE_SYNC_HISTORIES';

/**
 * Lives random histories, one after the other in one database: as many as given, or half of what is wished for.
 *
 * @returns the seed and the number, for people
 * @throws Error with the seed and the shortest history that fails, in sentences
 */
export async function runHistories(
  like: 'ours' | 'attune',
  given: { readonly runs: number; readonly seed: number },
): Promise<string> {
  const { runs, seed } = readWish(given);
  await using fleet = await createHistoryFleet(like, await findMemory());
  const found = await fc.check(
    fc.asyncProperty(history, (one) => live(fleet, like, one)),
    { numRuns: runs, seed },
  );
  if (!found.failed) return `${found.numRuns} histories from seed ${seed}`;
  const said = found.errorInstance instanceof Error ? found.errorInstance.message : String(found.errorInstance);
  const { numRuns, numShrinks, counterexamplePath } = found;
  throw new Error(
    `seed ${seed}, history ${numRuns}, shortened ${numShrinks} times (path ${counterexamplePath}):\n${said}`,
    { cause: found.errorInstance },
  );
}

function readWish(given: { readonly runs: number; readonly seed: number }) {
  const wish = process.env[wishVariable];
  if (wish === undefined) return given;
  const [runs = 0, seed = 0] = wish.split(' ').map(Number);
  return { runs: Math.ceil(runs / 2), seed: seed + given.seed };
}

/** Published files are written through to the disk: where there is none, nobody waits. */
async function findMemory(): Promise<string> {
  const memory = '/dev/shm';
  return access(memory, constants.W_OK).then(
    () => memory,
    () => tmpdir(),
  );
}
