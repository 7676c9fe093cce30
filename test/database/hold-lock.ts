import { openConnection } from '../../src/database/open-database.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { silentLogger } from '../support/server.ts';

/** A process that takes the writer lock of the database given, says `locked`, and keeps it until it is killed. */
const [connectionString = ''] = process.argv.slice(2);
const database = await openConnection({ connectionString }, 'attune', silentLogger);
const options = { holder: 'another process of the test', timeoutMs: 10_000, signal: new AbortController().signal };
await withWriter(database, options, async () => {
  process.stdout.write('locked\n');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
await database.close();
