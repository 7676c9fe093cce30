import { reconcile } from '../../../src/reconcile.ts';
import { openContext } from './open-context.ts';

// Arguments: a configuration and how many passes follow the first. Prints the most memory this process ever held.
const [file = '', passes = '0'] = process.argv.slice(2);
const context = await openContext(file);
for (let pass = 0; pass <= Number(passes); pass++) {
  const { result } = await reconcile(context, { cause: 'daemon', who: 'bench@here', lockTimeoutMs: 10_000 });
  const expected = pass === 0 ? 'applied' : 'unchanged';
  if (result?.outcome !== expected) throw new Error(`pass ${pass} was ${result?.outcome}, not ${expected}`);
}
await context.database.close();
process.stdout.write(JSON.stringify({ maxRssKiB: process.resourceUsage().maxRSS }));
