import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { type Asked, packResult, withDaemon } from './daemon-scene.ts';

const limit = { timeout: 20_000 };
const minute = { removalDelayMs: 60_000, intervalMs: 3_600_000 };

/** Answers a pass as the planner would: what is not proven is blocked, and may be tried again. */
function answer({ options, answer }: Asked, refs: readonly string[], isComplete = true): string {
  const unproven = [...(options.prove?.({ refs, isComplete }).keys() ?? [])];
  const problems = [problem('error', 'absence-unproven', 'no longer desired since a while')];
  const blocked = { action: 'remove', outcome: 'blocked', retry: true, problems } as const;
  answer({ packs: unproven.map((ref) => packResult(ref, blocked)) });
  return unproven.join(' ');
}

test('the daemon looks at everything again when the time of an absence is up, once, and not before', limit, () =>
  withDaemon(
    {},
    async ({ next, timing, waiting }) => {
      assert.equal(answer(await next(), ['jira']), 'jira');
      assert.equal(await timing.asleep(), 60_000);
      await timing.pass(59_999);
      assert.equal(waiting(), 0);
      await timing.pass(1);
      const proof = await next();
      assert.equal(proof.options.targets, undefined);
      assert.equal(answer(proof, ['jira']), '');
      assert.equal(await timing.asleep(), 3_600_000);
    },
    minute,
  ),
);

test('a document that is saved meanwhile makes a pass, and the time begins anew', limit, () =>
  withDaemon(
    {},
    async ({ next, timing, desired }) => {
      answer(await next(), ['jira']);
      await timing.pass(59_000);
      await writeFile(join(desired, 'core.yaml'), 'kind: Pack\n');
      assert.equal(answer(await next(), ['jira']), 'jira');
      assert.equal(await timing.asleep(), 60_000);
      await timing.pass(60_000);
      assert.equal(answer(await next(), ['jira']), '');
    },
    minute,
  ),
);

test('a file of a pack that is saved meanwhile makes a pass, and the time goes on', limit, () =>
  withDaemon(
    {},
    async ({ next, timing, directory }) => {
      const first = await next();
      const document = { ref: 'core', source: { type: 'directory', path: directory }, entry: 'desired' };
      first.options.onDesired?.({ packs: [{ ref: 'core', document }], unreadable: [] } as never);
      answer(first, ['jira']);
      await timing.pass(50_000);
      await writeFile(join(directory, 'pack.yaml'), 'ref: core\n');
      assert.equal(answer(await next(), ['jira']), 'jira');
      assert.equal(await timing.asleep(), 10_000);
    },
    minute,
  ),
);

test('an incomplete reading is no proof, and nothing is due until a complete one', limit, () =>
  withDaemon(
    {},
    async ({ next, timing }) => {
      answer(await next(), ['jira']);
      await timing.pass(60_000);
      answer(await next(), ['jira'], false);
      assert.equal(await timing.asleep(), 3_600_000);
      await timing.pass(3_600_000);
      assert.equal(answer(await next(), ['jira']), 'jira');
    },
    minute,
  ),
);

test('a pass that fails when the time is up is tried again with backoff', limit, () =>
  withDaemon(
    {},
    async ({ next, timing }) => {
      answer(await next(), ['jira']);
      await timing.pass(60_000);
      (await next()).fail(new Error('Connection terminated unexpectedly'));
      assert.equal(await timing.asleep(), 750);
      await timing.pass(750);
      assert.equal(answer(await next(), ['jira']), '');
    },
    minute,
  ),
);

test('without a delay one reading is proof', limit, () =>
  withDaemon(
    {},
    async ({ next }) => {
      const pass = await next();
      assert.equal(pass.options.prove, undefined);
      pass.answer();
    },
    { removalDelayMs: 0 },
  ),
);

test('a commit is proof by itself: where no entry is a directory nothing is waited for', limit, () => {
  const desiredState = [
    { type: 'git', name: 'ops', url: 'file:///ops.git', ref: { type: 'default' }, path: '' },
  ] as const;
  return withDaemon(
    {},
    async ({ next }) => {
      const pass = await next();
      assert.equal(pass.options.prove, undefined);
      pass.answer();
    },
    minute,
    desiredState,
  );
});
