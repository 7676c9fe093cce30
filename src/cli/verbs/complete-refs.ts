import { listKnownRefs } from '../../commands/list-known-refs.ts';
import { readConfigLeniently } from '../../commands/read-config-leniently.ts';
import { exitCodes } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

/** A line a pack. Whoever presses a key is told nothing of what is wrong: then there is nothing to offer. */
export async function completeRefsVerb({ out, options, directory, environment }: Shell): Promise<number> {
  try {
    const { config } = options;
    const file = config === undefined ? {} : { file: config };
    const found = await readConfigLeniently({ startDirectory: directory, environment, ...file });
    if (found !== null) out.write((await listKnownRefs(found)).map((ref) => `${ref}\n`).join(''));
  } catch {
    // Nothing to offer.
  }
  return exitCodes.ok;
}
