import { readFile, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { connect } from '../../src/database/connect.ts';
import type { Bench } from './bench.ts';
import { commitOf, listenForCommits } from './commits.ts';
import type { Samples } from './measure.ts';
import type { LineChild } from './start-child.ts';
import { openTarget } from './target.ts';

interface SaveOptions {
  readonly desired: string;
  /** The document that is saved, and its pack. */
  readonly document: string;
  readonly ref: string;
  readonly rounds: number;
}

/**
 * Runs the daemon over `desired`, then saves the document `rounds` times, each time after the daemon's last pass, with
 * another value of the pack's config. @returns ms from each save until Postgres said that the row was committed
 */
export async function saveRounds({ directory, server, program }: Bench, options: SaveOptions): Promise<Samples> {
  const target = await openTarget(directory, server, options.desired);
  const { database } = target.context;
  const listener = await connect(database.connection, database.schema, 'attune-sync-bench');
  const daemon = program.start('run-daemon', [target.configFile]);
  try {
    await daemon.answer();
    await listenForCommits(listener);
    return await saveAll(options, listener, daemon);
  } finally {
    await listener.end();
    await daemon.close();
    await target.close();
  }
}

async function saveAll(
  { document, ref, rounds }: SaveOptions,
  listener: pg.Client,
  daemon: LineChild,
): Promise<Samples> {
  const original = await readFile(document, 'utf8');
  const samples: number[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const committed = commitOf(listener, (pack) => pack.ref === ref && pack.round === `${round}`);
      const saved = performance.now();
      await writeFile(document, `${original}config: { round: ${round} }\n`);
      samples.push((await committed) - saved);
      await daemon.answer();
    }
  } finally {
    await writeFile(document, original);
  }
  return samples;
}
