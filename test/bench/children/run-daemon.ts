import { runDaemon } from '../../../src/daemon/run-daemon.ts';
import { serveHttp } from '../../../src/http/serve-http.ts';
import { reconcile } from '../../../src/reconcile.ts';
import { openContext } from './open-context.ts';

// Argument: a configuration. The daemon until standard input ends; says a line when a pass is over.
const stop = new AbortController();
process.stdin.resume().once('end', () => stop.abort());
// Where it says so, it serves HTTP as the real one does.
const context = await openContext(process.argv[2] ?? '', { signal: stop.signal });
const { http } = context.config;
await runDaemon(context, {
  companions: http === undefined ? [] : [serveHttp(http, 'bench')],
  who: 'bench@here',
  openDatabase: async () => ({ ...context.database, close: async () => {} }),
  show: () => {},
  reconcile: async (...input) => {
    try {
      return await reconcile(...input);
    } finally {
      process.stdout.write('passed\n');
    }
  },
});
await context.database.close();
