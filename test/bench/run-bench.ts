import { parseArgs } from 'node:util';
import { type Bench, openBench } from './bench.ts';
import { describeMachine } from './describe-machine.ts';
import { type Row, renderReport } from './report.ts';
import { coldApply } from './rows/cold-apply.ts';
import { environments } from './rows/environments.ts';
import { fleetPlan } from './rows/fleet-plan.ts';
import { hashing } from './rows/hashing.ts';
import { largePack } from './rows/large-pack.ts';
import { latency } from './rows/latency.ts';
import { peakMemory } from './rows/peak-memory.ts';
import { reinstall } from './rows/reinstall.ts';
import { rowsIntoPostgres } from './rows/rows-into-postgres.ts';
import { saveToRow } from './rows/save-to-row.ts';
import { secondPass } from './rows/second-pass.ts';
import { openTarget } from './target.ts';

/** What `--only` names, in the order of the table. */
export const measurements: Readonly<Record<string, (bench: Bench) => Promise<Row[]>>> = {
  cold: coldApply,
  second: secondPass,
  rows: rowsIntoPostgres,
  hashing,
  large: largePack,
  save: saveToRow,
  latency,
  memory: peakMemory,
  reinstall,
  fleet: fleetPlan,
  environments,
};

export const usage = `npm run bench -- [--packs N] [--only ${Object.keys(measurements).join(',')}] [--short]`;

/**
 * Measures what the arguments ask for and returns the report as text.
 * @param say told what is being measured
 * @throws TypeError for arguments it does not know
 */
export async function runBench(args: readonly string[], say: (line: string) => void): Promise<string> {
  const { packs, only, short } = parseOptions(args);
  say(`Making ${packs} packs in as many git remotes.`);
  await using bench = await openBench({ packs, short });
  const rows: Row[] = [];
  for (const name of only) {
    say(`Measuring ${name}.`);
    rows.push(...((await measurements[name]?.(bench)) ?? []));
  }
  return renderReport(await machineOf(bench), rows);
}

function parseOptions(args: readonly string[]): { packs: number; only: readonly string[]; short: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: { packs: { type: 'string' }, only: { type: 'string' }, short: { type: 'boolean', default: false } },
  });
  const packs = Number(values.packs ?? (values.short ? 5 : 200));
  if (!Number.isInteger(packs) || packs < 1) throw new TypeError(`--packs takes a whole number, at least 1. ${usage}`);
  const only = values.only?.split(',') ?? Object.keys(measurements);
  const unknown = only.filter((name) => measurements[name] === undefined);
  if (unknown.length > 0) throw new TypeError(`There is no measurement ${unknown.join(', ')}. ${usage}`);
  return { packs, only, short: values.short };
}

async function machineOf({ directory, server, fleet }: Bench): Promise<string> {
  const target = await openTarget(directory, server, fleet.desired);
  try {
    return await describeMachine(fleet.remotes.length, target.context);
  } finally {
    await target.close();
  }
}
