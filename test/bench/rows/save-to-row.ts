import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { writePackDirectory } from '../make-fleet.ts';
import { quantile, type Samples } from '../measure.ts';
import { packFiles, runtimeFiles } from '../pack-files.ts';
import type { Row } from '../report.ts';
import { saveRounds } from '../save-rounds.ts';

/** A person saves a document while the daemon runs: until the row is committed. */
export async function saveToRow(bench: Bench): Promise<Row[]> {
  const { directory, fleet, short } = bench;
  const rounds = short ? 1 : 20;
  const place = await mkdtemp(join(directory, 'save-'));
  const alone = join(place, 'alone');
  await writeOwnPack(alone);
  const rows = [
    row('save to committed row, one pack in a directory', await save(bench, alone, rounds)),
    row(`save to committed row, ${fleet.remotes.length} packs from git`, await save(bench, fleet.desired, rounds)),
  ];
  return rows;
}

function save(bench: Bench, desired: string, rounds: number): Promise<Samples> {
  return saveRounds(bench, { desired, document: join(desired, 'core.yaml'), ref: 'core', rounds });
}

async function writeOwnPack(desired: string): Promise<void> {
  await mkdir(desired);
  await writePackDirectory(join(desired, '../packs/core'), { ...packFiles('core'), ...runtimeFiles });
  await writeFile(join(desired, 'core.yaml'), 'kind: Pack\nref: core\nsource:\n  directory: ../packs/core\n');
}

function row(what: string, ours: Samples): Row {
  const notes = [`p50 ${Math.round(quantile(ours, 0.5))} ms, p95 ${Math.round(quantile(ours, 0.95))} ms`];
  return { what, unit: 'ms', ours, floor: null, aim: '< 300 ms', notes };
}
