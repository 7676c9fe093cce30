import type { AddressInfo } from 'node:net';
import type { HttpSettings } from '../config/config.ts';
import type { Companion } from '../daemon/daemon-view.ts';
import { SyncError } from '../errors.ts';
import { collectMetrics } from '../metrics/collect-metrics.ts';
import { createServer } from './create-server.ts';

/** However many come: files for packs and git are left. */
const mostConnections = 500;
/** Requests in hand are given this long when the daemon stops. */
const patienceMs = 1_000;

/**
 * Serves health, metrics, the API and webhooks beside the loop.
 * @throws SyncError `http-address` where the address of `http.listen` cannot be had
 */
export function serveHttp(settings: HttpSettings, version: string): Companion {
  return async (view) => {
    const metrics = collectMetrics(view);
    const server = await createServer(settings, { view, version, metrics });
    try {
      server.server.maxConnections = mostConnections;
      await server.listen({ host: settings.host, port: settings.port });
    } catch (error) {
      await server.close();
      metrics.close();
      throw describeListenError(error, settings);
    }
    const { log } = view.context;
    log.info(`Serving HTTP on ${addressOf(server.server.address())}.`);
    if (!isLoopback(server.server.address()))
      log.warn(
        'HTTP is served to other machines without TLS: tokens are read by whoever sees them pass, unless a proxy with TLS is in front.',
      );
    return {
      async close() {
        const late = setTimeout(() => server.server.closeAllConnections(), patienceMs);
        await server.close();
        clearTimeout(late);
        metrics.close();
      },
    };
  };
}

function isLoopback(address: AddressInfo | string | null): boolean {
  if (address === null || typeof address === 'string') return true;
  return address.address.startsWith('127.') || address.address === '::1';
}

function addressOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return `${address}`;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

function describeListenError(error: unknown, { host, port }: HttpSettings): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = reasons[code];
  if (why === undefined) return error;
  return new SyncError('http-address', `Nothing can be served on ${host}, port ${port}: ${why}.`, {
    hint: 'Give another address as http.listen in the configuration, or end what uses this one.',
    cause: error,
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EACCES: 'this user may not listen there; ports below 1024 are for root',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no host has that name',
  EAI_AGAIN: 'the name of the host cannot be looked up',
};
