import { readFile } from 'node:fs/promises';
import { loadConfig } from '../src/config/load-config.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { createRedactor } from '../src/redactor.ts';

/** Of one statement. */
interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: readonly object[];
}

/** Runs SQL, or a file that ends in .sql, in the configured database; the embedded server is joined if it runs. */
async function main([argument]: readonly string[]): Promise<void> {
  if (argument === undefined) {
    process.stderr.write('Usage: npx tsx examples/sql.ts "SELECT …" | FILE.sql\n');
    process.exitCode = 1;
    return;
  }
  const sql = argument.endsWith('.sql') ? await readFile(argument, 'utf8') : argument;
  const { config } = await loadConfig({ startDirectory: process.cwd(), environment: process.env });
  const quiet = () => {};
  const database = await openDatabase(config.database, {
    stateDir: config.stateDir,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    redactor: createRedactor(),
    signal: new AbortController().signal,
  });
  try {
    const answers: Answer | readonly Answer[] = await database.knex.raw(sql.replaceAll('?', '\\?'));
    for (const { command, rowCount, rows } of [answers].flat()) {
      for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
      process.stdout.write(`${command} ${rowCount ?? 0}\n`);
    }
  } finally {
    await database.close();
  }
}

await main(process.argv.slice(2));
