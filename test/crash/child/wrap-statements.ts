import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Points } from './pass-point.ts';

type Callback = (error: Error | null, result: unknown) => void;
type Query = (this: pg.Client, config: unknown, values?: unknown, callback?: Callback) => unknown;

/** A point after every statement on the connection that holds the writer lock, and one when a COMMIT is sent. */
export function wrapStatements(points: Points): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  const writers = new WeakSet<pg.Client>();
  let count = 0;
  prototype.query = function wrapped(config, values, callback) {
    const text = typeof config === 'string' ? config : String((config as { text?: string }).text);
    if (text.includes('pg_try_advisory_lock')) writers.add(this);
    if (!writers.has(this)) return query.call(this, config, values, callback);
    count += 1;
    const name = `statement ${count}: ${text.replace(/\s+/g, ' ').slice(0, 90)}`;
    const after = async () => {
      if (points.pass({ kind: 'statement', name })) await breakOff(points, this);
    };
    const given = typeof values === 'function' ? (values as Callback) : callback;
    let result: unknown;
    if (given === undefined) {
      result = (query.call(this, config, values) as Promise<unknown>).then(async (value) => {
        await after();
        return value;
      });
    } else {
      const answer: Callback = (error, value) => void after().then(() => given(error, value));
      result = query.call(this, config, ...(typeof values === 'function' ? [answer] : [values, answer]));
    }
    if (/^COMMIT/.test(text) && points.pass({ kind: 'sent', name: `${name} sent, not answered` }))
      streamOf(this).destroy();
    return result;
  };
}

/** Of the modes that leave the process alive. */
async function breakOff({ orders: { mode, url } }: Points, writer: pg.Client): Promise<void> {
  if (mode === 'cut') streamOf(writer).destroy();
  if (mode !== 'lock') return;
  const other = new pg.Client(url);
  await other.connect();
  const { processID } = writer as unknown as { processID: number };
  await other.query('SELECT pg_terminate_backend($1, 5000)', [processID]);
  await other.end();
}

/** node-postgres has it, its types do not. */
function streamOf(client: pg.Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}
