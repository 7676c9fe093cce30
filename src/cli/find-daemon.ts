import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createDaemonClient, type DaemonClient } from '../commands/daemon-client/create-daemon-client.ts';
import type { HttpSettings } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { SyncError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Shell } from './shell.ts';

export interface DaemonOptions {
  /** Where the daemon serves; without it, the configuration says. */
  readonly url?: string;
  /** Without it, `ATTUNE_SYNC_TOKEN` holds the token. */
  readonly tokenFile?: string;
}

/** @throws SyncError where it is not said where the daemon is, or by which token it is asked */
export async function findDaemon(shell: Shell, options: DaemonOptions): Promise<DaemonClient> {
  const token = await readToken(shell, options);
  shell.redactor.know(token);
  return createDaemonClient({ url: await findUrl(shell, options), token });
}

async function readToken({ environment, directory }: Shell, { tokenFile }: DaemonOptions): Promise<Secret> {
  const given = tokenFile === undefined ? environment.ATTUNE_SYNC_TOKEN : await readTokenFile(directory, tokenFile);
  const token = given?.trim() ?? '';
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  throw new SyncError(
    'no-token',
    token === '' ? 'There is no token to ask the daemon with.' : 'The token is not one word.',
    {
      hint: 'Put it into ATTUNE_SYNC_TOKEN, or into a file that --token-file names; http.tokens of the daemon holds its SHA-256.',
    },
  );
}

async function readTokenFile(directory: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(directory, file), 'utf8');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new SyncError('no-token', `The token cannot be read: ${said}`, {
      hint: '--token-file names a file that holds the token and nothing else.',
      cause: error,
    });
  }
}

/** With a URL there need be no configuration here. */
async function findUrl({ options, directory, environment }: Shell, { url }: DaemonOptions): Promise<URL> {
  if (url !== undefined) return parseUrl(url);
  const { config } = await loadConfig({
    startDirectory: directory,
    environment,
    ...(options.config === undefined ? {} : { file: options.config }),
  }).catch((error: unknown) => {
    if (!(error instanceof SyncError) || error.code !== 'config-not-found') throw error;
    const hint = 'Name the daemon with --url http://127.0.0.1:8642, or a configuration with --config FILE.';
    throw new SyncError(error.code, error.message, { hint, cause: error });
  });
  if (config.http !== undefined && config.http.port > 0) return urlOf(config.http);
  throw new SyncError('no-http', 'The configuration does not say where the daemon serves HTTP.', {
    hint: 'Give it `http: { listen: 127.0.0.1:8642 }`, or name the daemon with --url.',
  });
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isPlain) return url;
  throw new SyncError('invalid-url', 'What --url names is not the address of a daemon.', {
    hint: 'It begins with http:// or https:// and holds no login: http://127.0.0.1:8642.',
  });
}

/** Who listens everywhere is met on this machine too. */
function urlOf({ host, port }: HttpSettings): URL {
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return new URL(`http://${near.includes(':') ? `[${near}]` : near}:${port}`);
}
