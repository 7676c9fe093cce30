import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { access, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const project = join(import.meta.dirname, '..', '..');
const parts = ['src', 'examples', 'migrations', 'schemas', 'attune.config.yaml', 'package.json'];

/** Runs what `npm start` runs until it says what to try, then presses Ctrl-C. @returns what it wrote */
async function tryExamples(copy: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/try.ts'], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const impatient = setTimeout(() => child.kill('SIGKILL'), 60_000);
  let said = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (interrupted || !said.includes('Press Ctrl-C')) return;
      interrupted = true;
      child.kill('SIGINT');
    });
  }
  const code = await ended;
  clearTimeout(impatient);
  assert.equal(code, 0, said);
  return said;
}

test('npm start installs the examples, says what to try, leaves nothing running, and finds nothing to do again', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'attune-try-'));
  try {
    for (const part of parts) await cp(join(project, part), join(copy, part), { recursive: true });
    await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
    const first = await tryExamples(copy);
    assert.match(first, /Watching examples\/desired/);
    assert.match(first, /Plan: 5 to install[.,]/);
    assert.match(first, /Applied 5 packs in .*: 5 installed\./);
    assert.match(first, /git clone \.attune\/remotes\/herald\.git/);
    assert.match(first, /Stopped\./);
    await assert.rejects(access(join(copy, '.attune', 'postgres', 'postmaster.pid')), { code: 'ENOENT' });
    const pack = join(copy, '.attune', 'packs', 'greenhouse');
    const action = [join(pack, 'actions', 'judge.py')];
    const judged = spawnSync(join(pack, '.venv', 'bin', 'python3'), action, {
      input: '{"celsius": 1}',
      encoding: 'utf8',
    });
    assert.equal(judged.stdout, '{"needs": "warmth", "celsius": 1.0}\n', judged.stderr);

    const second = await tryExamples(copy);
    assert.match(second, /No changes\. 5 packs match the desired state\./);
    assert.doesNotMatch(second, /Applied|Plan:/);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
