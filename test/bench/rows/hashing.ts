import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumDirectory } from '../../../src/packs/checksum.ts';
import type { Bench } from '../bench.ts';
import { sha256sum } from '../floors/sha256sum.ts';
import { writePackDirectory } from '../make-fleet.ts';
import { measureBeside, timed } from '../measure.ts';
import { packFiles } from '../pack-files.ts';
import type { Row } from '../report.ts';

/** The checksum of every pack of the fleet, as it lies in a directory. */
export async function hashing({ directory, fleet, many }: Bench): Promise<Row[]> {
  const packs = await mkdtemp(join(directory, 'hashing-'));
  const paths: string[] = [];
  for (const { ref } of fleet.remotes) {
    const files = packFiles(ref);
    await writePackDirectory(join(packs, ref), files);
    paths.push(...Object.keys(files).map((path) => join(packs, ref, path)));
  }
  const hashAll = async () => {
    for (const { ref } of fleet.remotes) await checksumDirectory(join(packs, ref));
  };
  const { ours, floor } = await measureBeside(
    many,
    () => timed(hashAll),
    () => sha256sum(paths),
  );
  const notes = [`${paths.length} files`];
  return [{ what: 'hashing', unit: 'ms', ours, floor: { what: 'sha256sum', samples: floor }, notes }];
}
