import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Nothing of the machine's or the user's git set-up. */
export const gitEnvironment = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada Author',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Author',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** A path's content; null removes it, `{ link }` makes a symbolic link, `{ run }` a file that can be run. */
export type Files = Readonly<
  Record<string, string | Buffer | null | { readonly link: string } | { readonly run: string }>
>;

export interface TestRemote {
  /** The bare repository. */
  readonly path: string;
  readonly url: string;
  /** Changes files on the branch that is checked out, `main` at first, and pushes. @returns the commit */
  commit(files: Files, message?: string): Promise<string>;
  /** Starts or moves a branch here and checks it out. */
  branch(name: string, at?: string): Promise<void>;
  /** An annotated tag here, moved where it was. */
  tag(name: string): Promise<void>;
  /** The branch as it was before: one commit less, pushed by force. */
  forget(commit: string): Promise<void>;
  /** git in the bare repository, with standard input. @returns standard output, trimmed */
  git(args: readonly string[], input?: string): Promise<string>;
}

/** A directory of its own for one test, removed after it. */
export async function temporaryDirectory(test: { after(done: () => Promise<void>): void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-sync-git-'));
  test.after(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/** A real bare repository with one commit of these files on `main`. */
export async function createRemote(directory: string, files: Files, name = 'remote'): Promise<TestRemote> {
  const path = join(directory, `${name}.git`);
  const work = join(directory, `${name}.work`);
  await runTestGit(directory, ['init', '-q', '--bare', '-b', 'main', path]);
  await runTestGit(directory, ['init', '-q', '-b', 'main', work]);
  await runTestGit(work, ['remote', 'add', 'origin', path]);
  const push = async () => void (await runTestGit(work, ['push', '-q', '--force', 'origin', 'HEAD']));
  const remote: TestRemote = {
    path,
    url: `file://${path}`,
    async commit(changes, message = 'Change something') {
      await writeFiles(work, changes);
      await runTestGit(work, ['add', '--all', '--force', '.']);
      await runTestGit(work, ['commit', '-q', '--allow-empty', '-m', message]);
      await push();
      return runTestGit(work, ['rev-parse', 'HEAD']);
    },
    async branch(branch, at = 'HEAD') {
      await runTestGit(work, ['checkout', '-q', '-B', branch, at]);
      await push();
    },
    async tag(tag) {
      await runTestGit(work, ['tag', '-f', '-a', '-m', tag, tag]);
      await runTestGit(work, ['push', '-q', '--force', 'origin', `refs/tags/${tag}`]);
    },
    async forget(commit) {
      await runTestGit(work, ['reset', '-q', '--hard', `${commit}^`]);
      await push();
    },
    git: (args, input) => runTestGit(path, args, input),
  };
  await remote.commit(files, 'Begin');
  return remote;
}

/** git as a person would run it, apart from any configuration. @returns standard output, trimmed */
export function runTestGit(directory: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: directory, env: gitEnvironment });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout.trim());
      else reject(new Error(`git ${args.join(' ')}: ${stderr}`));
    });
    // A verb that reads nothing may have ended by now.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await rm(path, { recursive: true, force: true });
    if (content === null) continue;
    await mkdir(dirname(path), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(path, content);
    else if ('link' in content) await symlink(content.link, path);
    else {
      await writeFile(path, content.run);
      await chmod(path, 0o755);
    }
  }
}

/** A `git` that writes a line for each of its calls (not those git makes itself) before it does its work. */
export async function countingGit(directory: string): Promise<{ path: string; calls: () => Promise<string[]> }> {
  const bin = join(directory, 'bin');
  const log = join(directory, 'git-calls');
  const { stdout } = await run('sh', ['-c', 'command -v git'], { env: gitEnvironment });
  await mkdir(bin, { recursive: true });
  await writeFile(log, '');
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nPATH='${gitEnvironment.PATH}' exec '${stdout.trim()}' "$@"\n`;
  await writeFile(join(bin, 'git'), script, { mode: 0o755 });
  return {
    path: `${bin}:${gitEnvironment.PATH}`,
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpOptions {
  /** Only by Basic authentication with it. */
  readonly token?: string;
  /** Whether what asks for this path never gets an answer. */
  readonly isSilent?: (path: string) => boolean;
}

/** Smart HTTP over a directory of bare repositories, by `git http-backend`. */
export async function serveHttp(directory: string, options: HttpOptions = {}): Promise<TestServer> {
  const server = createServer((request, response) => {
    if (options.isSilent?.(request.url ?? '') === true) return;
    const [, given = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const password = Buffer.from(given, 'base64').toString().split(':').slice(1).join(':');
    if (options.token !== undefined && password !== options.token) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      request.resume();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...gitEnvironment,
        GIT_PROJECT_ROOT: directory,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    backend.stdin.on('error', () => {});
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.once('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      const headers = output.subarray(0, end).toString().split('\r\n');
      let status = 200;
      for (const header of headers) {
        const [name = '', value = ''] = header.split(/: (.*)/s);
        if (name === 'Status') status = Number.parseInt(value, 10);
        else if (name !== '') response.setHeader(name, value);
      }
      response.writeHead(status).end(output.subarray(end + 4));
    });
  });
  return listen(server);
}

/** A server that takes connections and never says a word. */
export async function serveSilence(): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let closing = false;
  const server = createTcpServer((socket) => {
    if (closing) return void socket.destroy();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  const served = await listen(server as unknown as Server);
  return {
    ...served,
    close() {
      closing = true;
      for (const socket of sockets) socket.destroy();
      return served.close();
    },
  };
}

async function listen(server: Server): Promise<TestServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections?.();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
