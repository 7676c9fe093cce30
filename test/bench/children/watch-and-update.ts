import { createHmac } from 'node:crypto';
import { readFileSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from '../../../src/database/connect.ts';

// Arguments: the URL of a database, a file, a port, a secret. The least that could do what the daemon does: a change of
// the file, or a signed request, is one UPDATE. Says a line when it is ready; until standard input ends.
const [url = '', file = '', port = '', secret = ''] = process.argv.slice(2);
const client = await connect({ connectionString: url }, 'attune', 'attune-sync-bench floor');
const update = (column: 'config' | 'version', value: string) =>
  client.query(`UPDATE pack SET ${column} = $1 WHERE ref = 'floor'`, [value]);
const watcher = watch(file, () => {
  const text = readFileSync(file, 'utf8');
  // A writer empties the file first.
  if (text !== '') void update('config', JSON.stringify({ round: Number(text) }));
});
const server = createServer(async (request, response) => {
  const body = await request.toArray();
  const text = Buffer.concat(body).toString('utf8');
  const isSigned =
    request.headers['x-signature'] === `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  if (isSigned) await update('version', String(JSON.parse(text).version));
  response.writeHead(isSigned ? 202 : 401).end();
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
process.stdin.resume().once('end', async () => {
  watcher.close();
  server.close();
  await client.end();
});
