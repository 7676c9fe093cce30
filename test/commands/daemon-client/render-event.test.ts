import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderEvent } from '../../../src/commands/daemon-client/render-event.ts';
import type { EventBody } from '../../../src/events/event.ts';
import type { JsonObject } from '../../../src/json.ts';
import { createPaint } from '../../../src/text/paint.ts';

const at = '2026-11-21T12:00:00.500Z';
const retryAt = new Date('2026-11-21T12:05:00Z');
const problem = { severity: 'error', code: 'git-timeout', message: 'git did not answer within 60 s' } as const;

const events: readonly [event: EventBody, line: string][] = [
  [{ type: 'leader-gained' }, 'leader-gained     this daemon leads now'],
  [{ type: 'leader-lost', why: 'its connection was lost' }, 'leader-lost       its connection was lost'],
  [{ type: 'standing-by', leader: null }, 'standing-by       another daemon leads'],
  [
    { type: 'look-requested', by: 'api', who: 'ann (token ci)', refs: ['jira'] },
    'look-requested    ann (token ci) asks for jira',
  ],
  [
    { type: 'look-requested', by: 'webhook', who: 'webhook gh', refs: [] },
    'look-requested    webhook gh asks for remotes that were pushed to',
  ],
  [
    { type: 'look-requested', by: 'webhook', who: 'webhook gh', refs: [], urls: ['https://git.example.com/jira'] },
    'look-requested    webhook gh asks for https://git.example.com/jira',
  ],
  [{ type: 'look-requested', by: 'command', who: 'ann@one', refs: [] }, 'look-requested    ann@one asks for all packs'],
  [{ type: 'pass-started', cause: 'retry', targets: ['jira', 'slack'] }, 'pass-started      retry of jira, slack'],
  [
    {
      type: 'pass-ended',
      cause: 'change',
      outcome: 'applied',
      packs: { applied: 2, failed: 0, unchanged: 7 },
      durationMs: 1234,
      nextMs: 1,
      run: '12',
    },
    'pass-ended        applied: 2 applied, 7 unchanged, run 12; took 1.2 s',
  ],
  [
    { type: 'pass-failed', cause: 'change', problems: [problem], durationMs: 5, nextMs: 1 },
    'pass-failed       git did not answer within 60 s; took 5 ms',
  ],
  [
    { type: 'pack-applied', ref: 'jira', action: 'install', reason: 'not-installed', version: '1.0.0', durationMs: 1 },
    'pack-applied      jira install 1.0.0: not installed',
  ],
  [
    { type: 'pack-troubled', ref: 'jira', outcome: 'failed', problems: [problem], retryAt },
    'pack-troubled     jira failed: git did not answer within 60 s; tried again at 2026-11-21 12:05:00Z',
  ],
  [
    { type: 'source-failed', url: 'https://git.example.com/x', problem, retryAt },
    'source-failed     https://git.example.com/x: git did not answer within 60 s; tried again at 2026-11-21 12:05:00Z',
  ],
  [{ type: 'webhook-refused', name: 'gh', why: 'x is \u001b[2J' }, 'webhook-refused   gh: x is \\u001b[2J'],
  [
    { type: 'suspended', ref: 'jira', by: 'command', reason: 'upgrade', until: retryAt },
    'suspended         jira by command: upgrade, until 2026-11-21 12:05:00Z',
  ],
  [{ type: 'resumed', ref: null, by: 'ann' }, 'resumed           all packs by ann'],
];

for (const [event, line] of events) {
  test(`${event.type} as a line`, () => {
    const sent = JSON.parse(JSON.stringify({ ...event, id: 1, at })) as JsonObject;
    assert.equal(renderEvent(sent, createPaint(false)), `2026-11-21 12:00:00Z  ${line}`);
  });
}

test('what a newer daemon tells is shown by its keys, and what is no event breaks nothing', () => {
  const line = renderEvent({ type: 'moon-rose', id: 1, at, phase: 'full' }, createPaint(false));
  assert.equal(line, '2026-11-21 12:00:00Z  moon-rose         phase="full"');
  for (const odd of [{}, { type: 'pass-ended' }, { type: 'pack-troubled', problems: 'x', retryAt: [] }]) {
    renderEvent(odd, createPaint(false));
  }
});
