import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endRows } from '../support/end-state.ts';
import { runVerb } from './run-verb.ts';
import { ask } from './server.ts';
import { type ChaosWorld, configuration, createTables } from './world.ts';

const database = 'calm';

/**
 * Installs the same documents into an empty database, where nothing goes wrong.
 *
 * @returns rows that are only there, or only here, apart from those of people and from what people may set
 */
export async function compareWithCalm({ directory, server, sql }: ChaosWorld): Promise<readonly string[]> {
  const place = join(directory, database);
  await mkdir(place);
  await server.createDatabase(database);
  const url = server.url(database);
  await createTables(url);
  await writeFile(join(place, 'attune.config.yaml'), configuration(url, '../desired'));
  const { code, out, err } = await runVerb(place, ['apply', '--yes']);
  if (code !== 0) return [`where nothing goes wrong, apply ends with ${code}:\n${out}${err}`];
  const [here, there] = [
    await endRows({ directory, sql }),
    await endRows({ directory, sql: (text, values) => ask(url, text, values) }),
  ].map((rows) => rows.flatMap(comparable));
  return [
    ...without(here ?? [], there ?? []).map((row) => `only after chaos: ${row}`),
    ...without(there ?? [], here ?? []).map((row) => `only where nothing goes wrong: ${row}`),
  ].slice(0, 6);
}

/** The row without what people set, and without the commit, which stays that of the push that brought the content. */
function comparable(row: string): readonly string[] {
  if (row.includes('"is_adhoc": true') || row.startsWith('override ')) return [];
  return [
    row
      .replaceAll(`/${database}/`, '/')
      .replace(/"enabled": (true|false|null)/, '"enabled": …')
      .replace(/"config": \{[^{}]*\}/, '"config": …')
      .replace(/("commit": "|@)[0-9a-f]{40}"/g, '$1…"'),
  ];
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return all.filter((one) => !known.has(one));
}
