import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cliArguments, programVariable } from '../support/cli-arguments.ts';
import { type Ended, runCli, urlOf } from '../support/cli-child.ts';
import type { Fleet } from '../support/fleet.ts';
import { type Mode, type Orders, ordersVariable, type Point } from './child/orders.ts';

export interface Tried extends Ended {
  /** In `count` all points, else the one that was come to, if any. */
  readonly points: readonly Point[];
}

/** Runs the command line in a process of its own that does to itself what it is ordered, at a point. */
export async function runChild(fleet: Fleet, verb: readonly string[], mode: Mode, at = 0): Promise<Tried> {
  const report = `${fleet.directory}.points`;
  await rm(report, { force: true });
  const orders: Orders = {
    root: fleet.directory,
    store: fleet.context.config.packStore.directory,
    url: urlOf(fleet),
    mode,
    at,
    report,
  };
  const ended = await runCli(fleet, verb, {
    program: inParts(),
    env: { NODE_OPTIONS: preload(), [ordersVariable]: JSON.stringify(orders) },
  });
  const text = await readFile(report, 'utf8').catch(() => '');
  await rm(report, { force: true });
  const points = text.split('\n').filter((line) => line !== '');
  return { ...ended, points: points.map((line) => JSON.parse(line) as Point) };
}

/** The command line with the driver that is to be changed beside it, not within it. */
function inParts(): readonly string[] {
  const compiled = process.env[programVariable];
  return compiled === undefined ? cliArguments() : [join(compiled, 'crash/src/cli.js')];
}

/** Compiled beside the command line, or its source where a test file is run by hand. */
function preload(): string {
  const compiled = process.env[programVariable];
  if (compiled !== undefined)
    return `--import ${pathToFileURL(join(compiled, 'test/crash/child/points-process.js')).href}`;
  const source = new URL('./child/points-process.ts', import.meta.url).href;
  return `${cliArguments().slice(0, 2).join(' ')} --import ${source}`;
}
