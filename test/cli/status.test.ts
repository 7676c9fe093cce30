import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDaemonText } from '../../src/commands/leader/render-daemon-status.ts';
import type { StateMessage } from '../../src/control/message.ts';
import { startOneOf } from '../daemon/start-daemons.ts';
import { startCli, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet } from '../support/fleet.ts';

const now = new Date('2026-11-21T12:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const quiet: StateMessage = {
  type: 'state',
  id: '1',
  who: 'ann@one',
  since: after(-3600),
  pass: null,
  nextLookAt: after(12),
  failed: [],
  retries: [],
  moreRetries: 0,
  sources: [],
  moreSources: 0,
};
const retry = (ref: string) => ({ ref, attempts: 3, at: after(80) });
const source = { url: 'https://example.com/a.git', attempts: 1, at: after(5), message: 'It does not answer' };

const said: readonly [
  what: string,
  leader: string | null,
  standbys: string[],
  state: StateMessage | null,
  text: string,
][] = [
  [
    'no daemon',
    null,
    [],
    null,
    'No daemon of manager ops runs: packs change when somebody runs `attune-sync apply`.\n',
  ],
  ['daemons of which none leads', null, ['bob@two'], null, 'No daemon leads at this moment. Standing by: bob@two.\n'],
  [
    'a leader that hangs',
    'ann@one',
    [],
    null,
    'The daemon of ann@one leads, but did not answer within half a second.\n',
  ],
  [
    'a leader that waits',
    'ann@one',
    ['bob@two', 'eve@three'],
    quiet,
    'The daemon of ann@one leads since 2026-11-21 11:00:00Z; next look in 12.0 s. Standing by: bob@two, eve@three.\n',
  ],
  [
    'a leader in the middle of a pass',
    'ann@one',
    [],
    { ...quiet, pass: { cause: 'retry', since: after(-3), targets: 2 }, nextLookAt: null },
    'The daemon of ann@one leads since 2026-11-21 11:00:00Z; it is looking at 2 packs (retry) for 3.0 s now.\n',
  ],
  [
    'a leader whose passes cannot be done',
    'ann@one',
    [],
    { ...quiet, failed: [{ severity: 'error', code: 'unknown-user', message: 'There is no such user' }] },
    `The daemon of ann@one leads since 2026-11-21 11:00:00Z; next look in 12.0 s.
  The last pass could not be done, and is tried again in 12.0 s: There is no such user. [unknown-user]
`,
  ],
  [
    'a leader with packs and remotes that fail',
    'ann@one',
    [],
    { ...quiet, retries: [retry('jira')], moreRetries: 4, sources: [source] },
    `The daemon of ann@one leads since 2026-11-21 11:00:00Z; next look in 12.0 s.
  jira failed 3 times in a row; next try in 1 min 20 s.
  … and 4 more packs.
  https://example.com/a.git: It does not answer. Failed 1 time in a row; it is asked again in 5.0 s.
`,
  ],
];

for (const [what, leader, standbys, state, text] of said) {
  test(`status tells of ${what}`, () => {
    assert.equal(renderDaemonText({ leader, standbys, state }, { manager: 'ops', now }), text);
  });
}

test('status tells which packs that failed are not tried again by themselves', () => {
  const troubled = ['bad', 'jira', 'lights'];
  const tell = (state: StateMessage, ref?: string) => {
    const only = ref === undefined ? { troubled } : { troubled: [ref], ref };
    return renderDaemonText({ leader: 'ann@one', standbys: [], state }, { manager: 'ops', now, ...only });
  };
  const lines = tell({ ...quiet, retries: [retry('jira')] }).split('\n');
  assert.equal(lines[2], '  bad, lights wait for a change.');
  assert.match(tell(quiet, 'bad'), /\n {2}bad waits for a change\.\n/);
  assert.doesNotMatch(tell({ ...quiet, moreRetries: 1 }), /for a change/, 'which ones these are is not known');
  assert.doesNotMatch(tell({ ...quiet, pass: { cause: 'change', since: after(-1), targets: null } }), /for a change/);
});

test('status of one pack tells of its retry alone', () => {
  const state = { ...quiet, retries: [retry('core'), retry('jira')], moreRetries: 4, sources: [source] };
  const text = renderDaemonText({ leader: 'ann@one', standbys: [], state }, { manager: 'ops', now, ref: 'jira' });
  assert.deepEqual(text.split('\n').slice(1), ['  jira failed 3 times in a row; next try in 1 min 20 s.', '']);
});

test('status asks the daemon that runs what it is at', { timeout: 60_000 }, async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 600_000 } });
  await writeConfig(fleet);
  await using ann = await startOneOf(fleet, 'ann@one');
  await ann.happens('leader-gained');
  await ann.view.requestLook({ by: 'command', who: 'eve' });
  const { code, out } = await runInside(fleet, ['status', '--output', 'json']);
  assert.equal(code, 0);
  const { daemon } = JSON.parse(out);
  assert.deepEqual([daemon.leader, daemon.standbys, daemon.state.retries], ['ann@one', [], []]);
  assert.equal(daemon.state.since, ann.view.state().since.toISOString());
});

test('status --watch shows it again and again, and ends well when it is told to', { timeout: 60_000 }, async () => {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  const watching = startCli(fleet, ['status', '--watch', '--interval', '200ms']);
  await watching.says(/No daemon of manager test runs[\s\S]*No daemon of manager test runs/);
  watching.process.kill('SIGINT');
  const { code } = await watching.ended;
  assert.equal(code, 0);
});
