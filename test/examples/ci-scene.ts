import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cliArguments } from '../support/cli-arguments.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'ci');

/** A job's file as YAML says it; what the tests look for in it is theirs to check. */
// biome-ignore lint/suspicious/noExplicitAny: any YAML
export async function readExample(name: string): Promise<any> {
  return parse(await readFile(join(examples, name), 'utf8'));
}

/** How a script ended, and all it said. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface Comment {
  readonly id: number;
  readonly author: string;
  body: string;
}

/** What a forge keeps of a pull request, as an HTTP server on this machine. */
export interface Forge extends AsyncDisposable {
  readonly url: string;
  readonly comments: Comment[];
  /** `METHOD path` of each request, in order. */
  readonly requests: string[];
}

const pageLength = 100;

/**
 * The few paths of the APIs of GitHub and GitLab that the jobs ask, alike but for the words. Whoever has the token is
 * the author `bot`.
 */
export async function openForge(type: 'github' | 'gitlab', token: string): Promise<Forge> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  const shown = ({ id, author, body }: Comment) =>
    type === 'github'
      ? { id, body, user: { login: author === 'bot' ? 'github-actions[bot]' : author } }
      : { id, body, author: { id: author === 'bot' ? 77 : 1 } };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://forge');
    const { method = 'GET' } = request;
    requests.push(`${method} ${url.pathname}${url.search}`);
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const answer = (status: number, value: unknown) =>
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      const { authorization } = request.headers;
      const given = type === 'github' ? authorization?.replace(/^Bearer /, '') : request.headers['private-token'];
      if (given !== token) return answer(401, { message: 'Bad credentials' });
      if (url.pathname.endsWith('/user')) return answer(200, { id: 77 });
      if (method === 'GET') {
        const page = Number(url.searchParams.get('page'));
        return answer(200, comments.slice((page - 1) * pageLength, page * pageLength).map(shown));
      }
      const { body } = JSON.parse(text) as { body: string };
      if (body.length >= 65_536) return answer(422, { message: 'body is too long (maximum is 65536 characters)' });
      if (method === 'POST') {
        comments.push({ id: 1000 + comments.length, author: 'bot', body });
        return answer(201, {});
      }
      const found = comments.find(({ id }) => url.pathname.endsWith(`/${id}`));
      if (found === undefined || found.author !== 'bot') return answer(404, {});
      found.body = body;
      return answer(200, shown(found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A directory with an `attune-sync` that is this project's, as the install step would bring it. */
export async function installCli(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  const words = [process.execPath, ...cliArguments()].map((word) => `'${word}'`).join(' ');
  await writeFile(join(bin, 'attune-sync'), `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(join(bin, 'attune-sync'), 0o755);
  return bin;
}

/** Runs a script as both forges run theirs: bash that ends at the first error, also within a pipe. */
export async function runScript(
  script: string,
  options: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Ended> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: options.directory,
    env: { PATH: process.env.PATH ?? '', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, output };
}
