import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** The runner on a package of one test file, if any; it starts no server where one is given. */
async function run(content: string | undefined, filter: string): Promise<{ code: number | null; stderr: string }> {
  const root = await mkdtemp(join(tmpdir(), 'attune-sync-runner-'));
  try {
    await mkdir(join(root, 'test'));
    if (content !== undefined) await writeFile(join(root, 'test', 'one.test.ts'), content);
    // Node's own variable would make the inner run report to the outer one.
    const { NODE_TEST_CONTEXT: _context, ...environment } = process.env;
    const runner = join(import.meta.dirname, 'run.ts');
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), runner, filter], {
      cwd: root,
      env: { ...environment, TEST_DATABASE_URL: 'postgres://none' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    return { code, stderr };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const rows: readonly {
  readonly name: string;
  readonly content?: string;
  readonly filter?: string;
  readonly code: number;
  readonly message: RegExp;
}[] = [
  {
    name: 'passes when its tests pass',
    content: `import { test } from 'node:test'; test('works', () => {});`,
    code: 0,
    message: /^$/,
  },
  {
    name: 'fails when a test fails',
    content: `import { test } from 'node:test'; test('x', () => { throw new Error(); });`,
    code: 1,
    message: /^$/,
  },
  { name: 'refuses a file in which no test ran', content: 'export {};', code: 1, message: /No test ran in .*one/ },
  {
    name: 'refuses a filter that no file matches',
    content: 'export {};',
    filter: 'no-such',
    code: 1,
    message: /No test file matches no-such/,
  },
  { name: 'refuses a package without tests', code: 1, message: /No test file matches/ },
];

for (const { name, content, filter, code, message } of rows) {
  test(`the runner ${name}`, async () => {
    const result = await run(content, filter ?? 'test');
    assert.equal(result.code, code);
    assert.match(result.stderr, message);
  });
}
