import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonState } from '../../src/daemon/daemon-state.ts';
import type { DaemonView } from '../../src/daemon/daemon-view.ts';
import { keepState } from '../../src/daemon/keep-state.ts';
import { problem } from '../../src/errors.ts';
import { createEvents } from '../../src/events/create-events.ts';
import { noProgress } from '../../src/progress.ts';
import { createSystemd } from '../../src/systemd/create-systemd.ts';
import { feelPulse } from '../../src/systemd/feel-pulse.ts';
import { nothingDone } from '../daemon/daemon-scene.ts';
import { createContext } from '../metrics/context.ts';
import { missingForSocket, withNotifySocket } from './notify-socket.ts';

const missing = await missingForSocket();
const last: NonNullable<DaemonState['last']> = {
  pass: { cause: 'start' },
  report: { failing: [], dueMs: 0, result: { ...nothingDone, unchanged: 12 }, durationMs: 1 },
  endedAt: new Date(),
};

function createScene(socket: string, more: Readonly<Record<string, string>> = {}) {
  const context = { ...createContext('/nowhere'), remoteListeners: new Set<never>() };
  const state = keepState(context.now);
  const events = createEvents({ now: context.now, onError: (error) => assert.fail(String(error)) });
  const view = { context, who: 'test@here', events, state: state.read } as unknown as DaemonView;
  const stop = new AbortController();
  const environment = { ...context.environment, NOTIFY_SOCKET: socket, ...more };
  const systemd = createSystemd({ environment, pid: process.pid, stopping: stop.signal, tickMs: 20 });
  assert.ok(systemd !== null);
  const begin = (nowMs = () => performance.now()) => systemd.companion(feelPulse(noProgress, nowMs))(view);
  return { state, events, stop, systemd, begin };
}

test('a service is ready after its first pass, says what it does, and that it stops', { skip: missing }, () =>
  withNotifySocket(async ({ path, messages, hears }) => {
    const { state, stop, begin } = createScene(path);
    const companion = await begin();
    await hears(/^EXTEND_TIMEOUT_USEC=60000000\|STATUS=Finds out who leads\.$/);
    state.update({ role: 'leader', pass: { pass: { cause: 'start' }, startedAt: new Date() } });
    await hears(/^STATUS=Leads\. The first pass is under way\.$/);
    assert.equal(
      messages.some((message) => message.includes('READY')),
      false,
    );
    state.update({ pass: null, last });
    await hears(/^READY=1\|STATUS=Leads\. 12 as desired\.$/);
    state.update({ role: 'starting', databaseAwaySince: new Date('2026-11-21T12:00:00Z') });
    await hears(/^STATUS=The database has been away since 2026-11-21 12:00:00Z\.$/);
    stop.abort();
    await companion.close();
    await hears(/^STOPPING=1\|STATUS=Stops after the pack in hand\.$/);
    assert.equal(
      messages.some((message) => message.includes('WATCHDOG')),
      false,
      'nobody asked for it',
    );
  }),
);

test('a reload is told with its time; where it is refused, the service is ready and says why', { skip: missing }, () =>
  withNotifySocket(async ({ path, messages, hears }) => {
    const { state, events, systemd, begin } = createScene(path);
    state.update({ role: 'leader', last });
    const first = await begin();
    await hears(/^READY=1/);
    const before = process.hrtime.bigint() / 1000n;
    systemd.reloading();
    events.emit({ type: 'config-refused', problems: [problem('error', 'unknown-key', 'nmae is not known.')] });
    const told = await hears(/^RELOADING=1/);
    const microseconds = BigInt(/MONOTONIC_USEC=(\d+)/.exec(told)?.[1] ?? '0');
    assert.ok(microseconds >= before && microseconds <= process.hrtime.bigint() / 1000n, told);
    await hears(
      /^READY=1\|STATUS=Its new configuration was refused \(nmae is not known\.\); the one before is in force\. Leads/,
    );
    systemd.reloading();
    await first.close();
    state.update({ role: 'starting', last: null });
    const second = await begin();
    await hears(/^READY=1\|STATUS=Finds out who leads\.$/);
    await second.close();
    assert.equal(messages.filter((message) => message.startsWith('RELOADING=1')).length, 2);
  }),
);

const watchdog = { WATCHDOG_USEC: '100000', WATCHDOG_PID: String(process.pid) };

test('the watchdog is fed while the loop goes on', { skip: missing }, () =>
  withNotifySocket(async ({ path, hears }) => {
    const { state, begin } = createScene(path, watchdog);
    state.update({ role: 'leader', last });
    const companion = await begin();
    await hears(/WATCHDOG=1/);
    await hears(/^WATCHDOG=1$/);
    await companion.close();
  }),
);

test('the watchdog of another process is not fed, nor one of a loop that is stuck', { skip: missing }, () =>
  withNotifySocket(async ({ path, messages, hears }) => {
    const other = createScene(path, { ...watchdog, WATCHDOG_PID: '1' });
    other.state.update({ role: 'leader', last });
    const quiet = await other.begin();
    await quiet.close();
    const stuck = createScene(path, watchdog);
    stuck.state.update({ role: 'leader', last, pass: { pass: last.pass, startedAt: new Date() } });
    let nowMs = 0;
    const slow = await stuck.begin(() => (nowMs += 3_600_000));
    await slow.close();
    stuck.stop.abort();
    await hears(/^STOPPING=1/);
    const ready = 'READY=1|STATUS=Leads. 12 as desired.';
    assert.deepEqual(messages, ['bound', ready, ready, 'STOPPING=1|STATUS=Stops after the pack in hand.']);
  }),
);

test('nothing is told where no service manager asks', () => {
  const stopping = new AbortController().signal;
  assert.equal(createSystemd({ environment: {}, pid: 1, stopping }), null);
});
