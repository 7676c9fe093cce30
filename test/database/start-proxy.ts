import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';

/** Between clients and a server of PostgreSQL. */
export interface DatabaseProxy extends AsyncDisposable {
  /** The same database by way of it. */
  readonly url: string;
  /** From now on nothing comes through, in either direction, and no connection is closed. */
  stall(): void;
}

/** @param change what becomes of each piece that the server sends, in place */
export async function startProxy(url: string, change: (data: Buffer) => void = () => {}): Promise<DatabaseProxy> {
  const { host, port, user, password, database } = new pg.Client(url);
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const behind = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    for (const socket of [client, behind]) sockets.add(socket.on('error', () => socket.destroy()));
    client.on('close', () => behind.destroy()).on('data', (data) => isStalled || behind.write(data));
    behind.on('close', () => isStalled || client.destroy());
    behind.on('data', (data) => {
      change(data);
      if (!isStalled) client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    url: `postgres://${user}:${encodeURIComponent(password ?? '')}@127.0.0.1:${own}/${database}`,
    stall() {
      isStalled = true;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
