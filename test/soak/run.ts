import { parseArgs } from 'node:util';
import { renderTable } from '../../src/text/render-table.ts';
import { withProgram } from '../support/with-program.ts';
import type { Usage } from './sample.ts';
import { type Soaked, soak } from './soak.ts';

const usage = 'npm run test:soak -- [--minutes M] [--packs N] [--apart]';

/** A daemon in a fleet in which nothing changes: what that costs. Ends with 1 where an aim is missed. */
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '20' },
      packs: { type: 'string', default: '1000' },
      apart: { type: 'boolean', default: false },
    },
  });
  const [minutes = 0, packs = 0] = [values.minutes, values.packs].map(Number);
  if (!(minutes > 0 && packs > 0)) throw new TypeError(usage);
  const started = performance.now();
  const say = (line: string) =>
    process.stderr.write(`${((performance.now() - started) / 60_000).toFixed(1).padStart(5)} min  ${line}\n`);
  const soaked = await withProgram(() =>
    soak({ minutes, packs, apart: values.apart, warmUpMs: Math.min(120_000, minutes * 20_000), everyMs: 15_000, say }),
  );
  const where = values.apart ? 'each in a remote of its own' : 'in one remote';
  process.stdout.write(`${packs} packs ${where}, ${minutes} minutes, nothing changes\n${renderSoaked(soaked)}`);
  const missed = findMissed(soaked);
  process.stdout.write(missed.length === 0 ? 'Every aim is met.\n' : `Missed: ${missed.join(', ')}.\n`);
  return missed.length === 0 ? 0 : 1;
}

function renderSoaked({ daemon, idle, walBytes, sequenceValues }: Soaked): string {
  const columns = ['', 'memory', 'per hour', 'CPU of a core', 'its git', 'descriptors'].map((header) => ({ header }));
  const rows = [row('daemon', daemon), row('idle Node.js', idle)].map((cells) => cells.map((text) => ({ text })));
  const lines = renderTable(columns, rows, { width: Number.POSITIVE_INFINITY });
  return `${lines.join('\n')}\nWAL bytes ${walBytes}, sequence values ${sequenceValues}\n`;
}

function row(name: string, { memoryMiB, slopeMiBPerHour, ownPercent, childPercent, descriptors }: Usage): string[] {
  const slope = `${slopeMiBPerHour < 0 ? '' : '+'}${slopeMiBPerHour.toFixed(1)} MiB`;
  return [
    name,
    `${memoryMiB.toFixed(0)} MiB`,
    slope,
    `${ownPercent.toFixed(2)} %`,
    `${childPercent.toFixed(2)} %`,
    String(descriptors),
  ];
}

/** Memory that is flat grows by less than a tenth of itself in an hour. */
function findMissed({ daemon, walBytes, sequenceValues }: Soaked): readonly string[] {
  const aims: readonly (readonly [what: string, isMet: boolean])[] = [
    ['memory flat', daemon.slopeMiBPerHour < daemon.memoryMiB / 10],
    ['CPU below 1 % of a core', daemon.ownPercent < 1],
    ['no write to Postgres', walBytes === 0 && sequenceValues === 0],
  ];
  return aims.filter(([, isMet]) => !isMet).map(([what]) => what);
}
