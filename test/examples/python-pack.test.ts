import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRemote } from '../../examples/make-remote.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { renderPlanText } from '../../src/plan/render/render-plan-text.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { makeWheel } from '../support/local-packages.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

/** A copy of the examples, set up as `npm start` does, whose programs are looked for in `path`. */
async function copyExamples(fleet: Fleet, path = process.env.PATH ?? ''): Promise<DatabaseContext> {
  const copy = join(fleet.directory, 'examples');
  await cp(examples, copy, { recursive: true });
  await makeRemote(join(copy, 'remote', 'herald'), join(fleet.directory, '.attune', 'remotes', 'herald.git'));
  const directory = join(copy, 'desired');
  const { config } = fleet.context;
  return {
    ...fleet.context,
    environment: { PATH: path },
    config: {
      ...config,
      desiredState: [{ type: 'directory', name: 'examples/desired', directory }],
      environments: { ...config.environments, build: 'here' },
    },
  };
}

async function apply(context: DatabaseContext) {
  const run = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 };
  const { plan, result } = await reconcile(context, run);
  assert.ok(result !== null);
  const packs = new Map(result.packs.map((pack) => [pack.ref, pack]));
  return { plan, packs, outcomes: Object.fromEntries(result.packs.map(({ ref, outcome }) => [ref, outcome])) };
}

/** Runs the action as a worker of Attune does: through the pack store, with the interpreter of the pack's environment. */
async function judge(fleet: Fleet, celsius: number): Promise<unknown> {
  const pack = join(fleet.directory, 'store', 'greenhouse');
  const python = join(pack, '.venv', 'bin', 'python3');
  return JSON.parse(await run(python, ['-u', join(pack, 'actions', 'judge.py')], JSON.stringify({ celsius })));
}

function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    child.stdin?.end(input);
  });
}

async function edit(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.ok(text.includes(before), `${file} holds ${before}`);
  await writeFile(file, text.replace(before, after));
}

const greenhouse = (fleet: Fleet, path: string) => join(fleet.directory, 'examples', 'packs', 'greenhouse', path);

test('the action of the Python pack runs after an install, upgrades, and one between them that fails', async () => {
  await using fleet = await createFleet();
  const context = await copyExamples(fleet);
  const first = await apply(context);
  assert.deepEqual(new Set(Object.values(first.outcomes)), new Set(['applied']), JSON.stringify([...first.packs]));
  assert.deepEqual(await judge(fleet, 1), { needs: 'warmth', celsius: 1 });
  const environment = await realpath(join(fleet.directory, 'store', 'greenhouse', '.venv'));
  const prefixes = 'import sys; print(sys.prefix, sys.prefix != sys.base_prefix)';
  assert.equal((await run(join(environment, 'bin', 'python3'), ['-c', prefixes])).trim(), `${environment} True`);

  await edit(greenhouse(fleet, 'pack.yaml'), 'version: 1.2.0', 'version: 1.3.0');
  await edit(greenhouse(fleet, 'actions/judge.py'), 'return "warmth"', 'return "blankets"');
  assert.deepEqual((await apply(context)).outcomes, { greenhouse: 'applied' });
  assert.deepEqual(await judge(fleet, 1), { needs: 'blankets', celsius: 1 });
  assert.equal(await realpath(join(fleet.directory, 'store', 'greenhouse', '.venv')), environment, 'nothing was built');

  await edit(greenhouse(fleet, 'pack.yaml'), 'version: 1.3.0', 'version: 1.4.0');
  await edit(greenhouse(fleet, 'actions/judge.py'), 'return "blankets"', 'return "nothing works"');
  await writeFile(greenhouse(fleet, 'requirements.txt'), '--no-index\nno-such-package-anywhere==1\n');
  const third = await apply(context);
  assert.deepEqual(third.outcomes, { greenhouse: 'failed' });
  const [problem] = third.packs.get('greenhouse')?.problems ?? [];
  assert.equal(problem?.code, 'environment-failed');
  assert.match(problem.hint ?? '', /no-such-package-anywhere/);
  assert.deepEqual(await judge(fleet, 1), { needs: 'blankets', celsius: 1 });
  assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'greenhouse'`), [{ version: '1.3.0' }]);

  const wheel = await makeWheel(greenhouse(fleet, 'wheels'), 'blankets', '2.0', 'KIND = "wool"\n');
  await writeFile(greenhouse(fleet, 'requirements.txt'), `--no-index\n./wheels/${wheel}\n`);
  await edit(greenhouse(fleet, 'actions/judge.py'), 'return "nothing works"', 'return __import__("blankets").KIND');
  assert.deepEqual((await apply(context)).outcomes, { greenhouse: 'applied' });
  assert.deepEqual(await judge(fleet, 1), { needs: 'wool', celsius: 1 });
  assert.notEqual(await realpath(join(fleet.directory, 'store', 'greenhouse', '.venv')), environment);
});

test('where there is no Python, its pack and what needs that wait and say why, and the rest is installed', async () => {
  await using fleet = await createFleet();
  const { plan, outcomes, packs } = await apply(await copyExamples(fleet, await withoutPython(fleet)));
  assert.deepEqual(outcomes, {
    ...{ core: 'applied', herald: 'applied', lights: 'applied' },
    ...{ greenhouse: 'blocked', house: 'blocked' },
  });
  const messages = [...packs.values()].flatMap(({ problems }) => problems.map(({ message }) => message));
  assert.deepEqual(messages, [
    'python3 is not on this machine, and core.python builds environments with it',
    'greenhouse ^1.2 is needed (pack.yaml:8:15), and greenhouse cannot be installed now: see what holds it back',
  ]);
  const text = renderPlanText(plan, { color: false, width: Number.POSITIVE_INFINITY, base: fleet.directory });
  assert.match(text, /^! {2}greenhouse .* blocked: python3 is not on this machine/m);
  assert.deepEqual(await fleet.sql('SELECT ref FROM pack ORDER BY ref'), [
    { ref: 'core' },
    { ref: 'herald' },
    { ref: 'lights' },
  ]);
});

/** A PATH with git and the usual tools, and no Python. */
async function withoutPython(fleet: Fleet): Promise<string> {
  const directory = join(fleet.directory, 'bin');
  await mkdir(directory);
  for (const program of ['git', 'sync', 'sh', 'bash', 'cat', 'dirname', 'grep']) {
    const file = (process.env.PATH ?? '')
      .split(':')
      .map((place) => join(place, program))
      .find(existsSync);
    await symlink(file ?? program, join(directory, program));
  }
  return directory;
}

test('where Python cannot make an environment, its pack has failed with what Python says, and the rest is installed', async () => {
  await using fleet = await createFleet();
  const bin = { python3: 'Python 3.12.1', 'python3.12': 'Python 3.12.1' };
  for (const [name, version] of Object.entries(bin)) {
    const text = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit\necho "$0: No module named venv" >&2\nexit 1\n`;
    await fleet.write({ [`bin/${name}`]: text });
    await chmod(join(fleet.directory, 'bin', name), 0o755);
  }
  const { outcomes, packs } = await apply(await copyExamples(fleet, `${join(fleet.directory, 'bin')}:/usr/bin:/bin`));
  assert.deepEqual(outcomes, {
    core: 'applied',
    greenhouse: 'failed',
    herald: 'applied',
    lights: 'applied',
    house: 'skipped',
  });
  const [problem] = packs.get('greenhouse')?.problems ?? [];
  assert.match(`${problem?.message} ${problem?.hint}`, /core\.python 3\.12 could not be built.* No module named venv/s);
});
