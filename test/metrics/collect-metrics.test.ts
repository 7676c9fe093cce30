import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { RunResult } from '../../src/apply/result.ts';
import type { Context } from '../../src/context.ts';
import type { DaemonState } from '../../src/daemon/daemon-state.ts';
import type { DaemonView } from '../../src/daemon/daemon-view.ts';
import { keepState } from '../../src/daemon/keep-state.ts';
import { createEvents } from '../../src/events/create-events.ts';
import { collectMetrics } from '../../src/metrics/collect-metrics.ts';
import type { PackChange, Plan } from '../../src/plan/plan.ts';
import { askRemote } from '../../src/sources/git/ask-remote.ts';
import { openGit } from '../../src/sources/open-git.ts';
import { emptyPlan, nothingDone, packResult } from '../daemon/daemon-scene.ts';
import { createContext } from './context.ts';

const at = new Date('2026-01-02T03:04:05Z');

/** A daemon whose state and events are the test's. */
function createView(context: Context = { ...createContext('/nowhere'), now: () => at }) {
  const state = keepState(() => at);
  const events = createEvents({ now: () => at, onError: (error) => assert.fail(String(error)) });
  const view = { context, who: 'test@here', events, state: state.read } as unknown as DaemonView;
  /** A pass ended; targets make it one of some packs. */
  const passed = (plan: Partial<Plan>, result: Partial<RunResult> = {}, targets?: readonly string[]) => {
    const report = { failing: [], dueMs: 0, result: { ...nothingDone, ...result }, durationMs: 40 };
    const pass = { cause: 'change', ...(targets === undefined ? {} : { targets }) } as const;
    const change: Partial<DaemonState> = { plan: { ...emptyPlan, unchanged: [], ...plan }, lastWholeAt: at };
    state.update({ ...change, last: { pass, report, endedAt: at } });
    const end = { cause: 'change', outcome: report.result.outcome, packs: {}, durationMs: 40, nextMs: 1, run: null };
    events.emit({ type: 'pass-ended', ...end });
  };
  return { view, state, events, passed };
}

function change(ref: string, more: Partial<PackChange> = {}): PackChange {
  const reason = { code: 'content-changed', sentence: 'content changed' };
  const pack = { id: null, set: {}, fields: [], config: [] };
  return {
    action: 'reinstall',
    ref,
    reason,
    pack,
    components: [],
    keeps: [],
    blocks: [],
    ...more,
  } as unknown as PackChange;
}

function linesOf(text: string, name: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('state, passes, changes, refusals and fights can be read off', async () => {
  const { view, state, events, passed } = createView();
  const metrics = collectMetrics(view);
  state.update({ role: 'leader', retries: new Map([['lights', { attempts: 2, at }]]) });
  passed({ unchanged: ['core'] });
  events.emit({
    type: 'pack-applied',
    ref: 'core',
    action: 'install',
    reason: 'not-installed',
    version: '1',
    durationMs: 1,
  });
  const blocked = [{ severity: 'error', code: 'in-use', message: 'No' }] as const;
  events.emit({ type: 'pack-troubled', ref: 'lights', outcome: 'blocked', problems: blocked, retryAt: null });
  events.emit({ type: 'fight', ref: 'core', component: 'action core.echo', field: 'label', times: 3 });
  const text = await metrics.render();
  metrics.close();
  for (const line of [
    'attune_sync_info{manager="test"} 1',
    'attune_sync_leader 1',
    'attune_sync_last_success_timestamp_seconds 1767323045',
    'attune_sync_retries_waiting 1',
    'attune_sync_run_duration_seconds_count{cause="change",outcome="unchanged"} 1',
    'attune_sync_changes_total{action="install",reason="not-installed"} 1',
    'attune_sync_refusals_total{code="in-use"} 1',
    'attune_sync_fights_total 1',
    'attune_sync_events_total{type="pass-ended"} 1',
    'attune_sync_pack_state{pack="core",state="ready"} 1',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is missing in:\n${text}`);
});

test('a pass over some packs leaves the others as they were, and a pack that is gone leaves no labels', async () => {
  const { view, passed } = createView();
  const metrics = collectMetrics(view);
  const read = async () => {
    const text = await metrics.render();
    return [...linesOf(text, 'attune_sync_pack_state'), ...linesOf(text, 'attune_sync_pack_drifted')]
      .map((line) => line.replace(/^attune_sync_pack_|"/g, ''))
      .sort();
  };
  passed(
    { unchanged: ['core'], changes: [change('lights')] },
    { packs: [packResult('lights', { outcome: 'failed' })] },
  );
  passed({ changes: [change('lights')] }, { packs: [packResult('lights')] }, ['lights']);
  assert.deepEqual(await read(), [
    'drifted{pack=core} 0',
    'drifted{pack=lights} 0',
    'state{pack=core,state=ready} 1',
    'state{pack=lights,state=ready} 1',
  ]);
  passed(
    {
      changes: [
        change('core', { action: 'remove' }),
        change('lights', { reason: { code: 'row-drifted', sentence: '' } }),
      ],
    },
    { packs: [packResult('core'), packResult('lights', { outcome: 'blocked' })] },
  );
  assert.deepEqual(await read(), ['drifted{pack=lights} 1', 'state{pack=lights,state=blocked} 1']);
  metrics.close();
});

test('drift that is only reported counts as drift, and suspended packs as suspended', async () => {
  const { view, passed } = createView();
  const metrics = collectMetrics(view);
  const notes = [{ code: 'drifted', sentence: '', rows: ['action core.echo'] }];
  const blocks = [{ code: 'suspended', sentence: '', rows: [] }];
  const base = { by: 'command', reason: 'freeze', who: 'ada@host', since: null, where: null } as const;
  const over = new Date(at.getTime() - 1).toISOString();
  const suspensions = [
    { ...base, pack: null, until: over },
    { ...base, pack: 'lights', until: null },
  ];
  passed({ unchanged: ['core', 'corelib'], notes, suspensions, changes: [change('lights', { blocks })] });
  const text = await metrics.render();
  assert.deepEqual(linesOf(text, 'attune_sync_suspended'), ['attune_sync_suspended{pack="lights",by="command"} 1']);
  metrics.close();
  assert.deepEqual(linesOf(text, 'attune_sync_pack_drifted'), [
    'attune_sync_pack_drifted{pack="core"} 1',
    'attune_sync_pack_drifted{pack="corelib"} 0',
    'attune_sync_pack_drifted{pack="lights"} 0',
  ]);
  assert.ok(text.includes('attune_sync_packs{state="suspended"} 1'));
});

test('calls of git are timed by host, and failures counted by their code', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'attune-metrics-'));
  try {
    const context = { ...createContext(directory), remoteListeners: new Set<never>() };
    const metrics = collectMetrics(createView(context).view);
    const asked = askRemote(openGit(context), join(directory, 'none.git'), [
      'ls-remote',
      '--',
      join(directory, 'none.git'),
    ]);
    await assert.rejects(asked, { code: 'git-not-found' });
    const text = await metrics.render();
    metrics.close();
    assert.match(text, /git_call_failures_total\{verb="ls-remote",host="local",code="git-not-found"\} 1/);
    assert.match(text, /git_call_duration_seconds_count\{verb="ls-remote",host="local"\} 1/);
    assert.equal(context.remoteListeners.size, 0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

const hasLinter = spawnSync('promtool', ['--version']).status === 0;

test('the linter of Prometheus has nothing to say', {
  skip: hasLinter ? false : 'promtool is not installed',
}, async () => {
  const { view, passed } = createView();
  const metrics = collectMetrics(view);
  passed({ unchanged: ['core'] });
  const input = await metrics.render();
  metrics.close();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' });
  const rules = resolve(import.meta.dirname, '../../examples/prometheus/attune-sync.rules.yaml');
  assert.equal(spawnSync('promtool', ['check', 'rules', rules]).status, 0);
});

test('the manual lists every metric, and alerts ask for no other', async () => {
  const metrics = collectMetrics(createView().view);
  const text = await metrics.render();
  metrics.close();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  const root = resolve(import.meta.dirname, '../..');
  const manual = await readFile(join(root, 'docs/metrics.md'), 'utf8');
  assert.deepEqual(
    names.filter((name) => !manual.includes(`\`${name}\``)),
    [],
  );
  const rules = await readFile(join(root, 'examples/prometheus/attune-sync.rules.yaml'), 'utf8');
  assert.deepEqual(
    [...rules.matchAll(/\battune_sync_\w+/g)].map(([name]) => name).filter((name) => !names.includes(name)),
    [],
  );
});
