import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOfLook } from '../../src/cli/verbs/reconcile.ts';
import { renderLookJson, renderLookText } from '../../src/commands/leader/render-look.ts';
import type { LookedMessage, PackAnswer } from '../../src/control/message.ts';
import { startOneOf } from '../daemon/start-daemons.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createReader } from '../support/create-reader.ts';
import { createFleet } from '../support/fleet.ts';

test('a person who may only read has the daemon look again, waits for the pass, and is told what keeps it', {
  timeout: 60_000,
}, async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 600_000 } });
  await writeConfig(fleet);
  await using reader = await createReader(fleet);
  const ask = (...args: string[]) => runInside(fleet, ['reconcile', ...args], { url: reader.url });

  const nobody = await ask();
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /No daemon of manager test runs on this database[\s\S]*attune-sync apply/);

  await using ann = await startOneOf(fleet, 'ann@one');
  await ann.happens('leader-gained');
  await fleet.writePack('core');
  const waited = await ask('--wait');
  assert.deepEqual(
    [waited.code, waited.err],
    [
      0,
      '► ann@one leads and was asked to look again at everything\n◎ waiting for the end of the pass, at most 5 min\n',
    ],
  );
  assert.match(
    waited.out,
    /everything is as desired|✔ core install 1\.0\.0 in .*\nThe pass applied 1 pack\. It is run \d+\.\n/,
  );
  assert.deepEqual(await fleet.sql('SELECT ref FROM attune.pack'), [{ ref: 'core' }]);

  const unknown = await ask('cora', '--wait');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /No document names cora, and no pack of that name is installed \[unknown-pack\]/);

  await fleet.write({ 'packs/core/actions/broken.yaml': 'ref: core.broken\nlabel: [\n' });
  const failed = await ask('core', '--wait', '--output', 'json');
  assert.equal(failed.code, 1, failed.err);
  const told = JSON.parse(failed.out);
  assert.equal(told.leader, 'ann@one');
  assert.deepEqual(
    told.packs.map(({ ref, outcome }: PackAnswer) => ({ ref, outcome })),
    [{ ref: 'core', outcome: 'unreadable' }],
  );

  await fleet.sql(
    `INSERT INTO attune_sync.suspension (manager, pack, reason, who) VALUES ('test', 'core', 'freeze', 'eve')`,
  );
  const suspended = await ask('core', '--wait');
  assert.equal(suspended.code, 1);
  assert.match(
    suspended.err,
    /core is suspended by eve since .*: freeze; `attune-sync resume core` ends that \[suspended\]/,
  );
});

test('who asked for some packs is told of these, and only that others are in trouble', () => {
  const troubled = (ref: string) =>
    ({ ref, outcome: 'failed', action: 'install', reason: null, from: null, to: null, problems: [] }) as const;
  const packs = [troubled('core'), troubled('jira')].map((one) => ({ ...one, retry: true, durationMs: 1 }));
  const answer = {
    type: 'looked',
    id: '1',
    outcome: 'failed',
    why: null,
    run: null,
    packs,
    more: 0,
    unknown: [],
  } as const;
  const tell = (refs: readonly string[]) => renderLookText({ leader: 'ann@one', answer }, { color: false, refs });
  assert.equal(tell(['slack']), '✔ slack unchanged\nElsewhere something failed; `attune-sync status` shows what.\n');
  assert.equal(
    tell(['jira', 'slack']),
    '✗ jira failed\n✔ slack unchanged\nSomething failed; `attune-sync status` shows what.\n',
  );
  assert.match(tell([]), /^✗ core failed\n✗ jira failed\nSomething/);
});

test('a remote that failed is told, and nothing is called as desired beside it', () => {
  const source = {
    url: 'https://git.example/herald.git',
    attempts: 2,
    at: '2026-11-21T12:00:00.000Z',
    message: 'Gone.',
  };
  const base = { type: 'looked', id: '1', why: null, run: null, packs: [], more: 0, unknown: [] } as const;
  const answer: LookedMessage = { ...base, outcome: 'unchanged', sources: [source] };
  assert.equal(
    renderLookText({ leader: 'ann@one', answer }, { color: false, refs: ['herald'] }),
    '✔ herald unchanged\n✗ https://git.example/herald.git: Gone.\n' +
      'What is known is as desired, but not every remote could be asked; `attune-sync status` shows when that is tried again.\n',
  );
  assert.deepEqual(renderLookJson({ leader: 'ann@one', answer }).sources, [source]);
  assert.equal(exitCodeOfLook(answer, ['herald']), 1);
});

const pack = (ref: string, outcome: PackAnswer['outcome']) => ({ ref, outcome }) as PackAnswer;
const codes: readonly [
  what: string,
  outcome: LookedMessage['outcome'],
  packs: PackAnswer[],
  refs: string[],
  code: number,
][] = [
  ['nothing to do', 'unchanged', [], [], 0],
  ['a pack that failed', 'failed', [pack('core', 'failed')], [], 1],
  ['a pack that failed, for who asked for another', 'failed', [pack('core', 'failed')], ['jira'], 0],
  ['a pack that is blocked', 'blocked', [pack('core', 'blocked')], ['core'], 3],
  ['a pack that is blocked, for who asked for another', 'blocked', [pack('core', 'blocked')], ['jira'], 0],
  ['failed and blocked packs', 'failed', [pack('core', 'failed'), pack('jira', 'blocked')], [], 1],
  ['a failure that no pack explains, for who asked for one', 'failed', [], ['jira'], 1],
];

for (const [what, outcome, packs, refs, code] of codes) {
  test(`the exit code of ${what} is ${code}`, () => {
    const message = { type: 'looked', id: '1', outcome, why: null, run: null, packs, more: 0, unknown: [] } as const;
    assert.equal(exitCodeOfLook(message, refs), code);
  });
}
