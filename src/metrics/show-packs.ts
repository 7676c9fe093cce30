import { Gauge, type Registry } from 'prom-client';
import type { LastPass } from '../daemon/daemon-state.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import type { ActiveSuspension } from '../plan/plan.ts';
import { type PackStates, updatePackStates } from './pack-states.ts';

/** How each pack is, as the passes found it. A pack that is gone leaves nothing behind. */
export function showPacks(view: DaemonView, registry: Registry): { close(): void } {
  let states: PackStates = new Map();
  let suspensions: readonly ActiveSuspension[] = [];
  let seen: LastPass | null = null;
  const follow = () => {
    const { last, plan, role } = view.state();
    // Who leads tells of packs; what this one found before it lost that is old.
    if (role === 'standby') [states, suspensions] = [new Map(), []];
    if (last === null || last === seen) return;
    seen = last;
    if (plan === null || 'error' in last.report) return;
    states = updatePackStates(states, last, plan);
    if (last.pass.targets === undefined) suspensions = plan.suspensions ?? [];
  };
  new Gauge({
    name: 'attune_sync_pack_state',
    help: 'Always 1; the state of a pack: ready, pending, blocked, suspended, failed, skipped or unreadable.',
    labelNames: ['pack', 'state'],
    registers: [registry],
    collect() {
      follow();
      this.reset();
      for (const [pack, { state }] of states) this.set({ pack, state }, 1);
    },
  });
  new Gauge({
    name: 'attune_sync_pack_drifted',
    help: '1 where somebody changed rows or files of the pack behind the daemon, and it is not repaired.',
    labelNames: ['pack'],
    registers: [registry],
    collect() {
      follow();
      this.reset();
      for (const [pack, { isDrifted }] of states) this.set({ pack }, Number(isDrifted));
    },
  });
  new Gauge({
    name: 'attune_sync_suspended',
    help: 'Always 1; a suspension in force, of one pack or of all (pack "*"), by where it stands.',
    labelNames: ['pack', 'by'],
    registers: [registry],
    collect() {
      follow();
      this.reset();
      const now = view.context.now();
      const active = suspensions.filter(({ until }) => until === null || new Date(until) > now);
      for (const { pack, by } of active) this.set({ pack: pack ?? '*', by }, 1);
    },
  });
  const counted = ['ready', 'pending', 'blocked', 'suspended', 'failed', 'skipped', 'unreadable'] as const;
  new Gauge({
    name: 'attune_sync_packs',
    help: 'How many packs are in each state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      follow();
      for (const state of counted) {
        this.set({ state }, [...states.values()].filter((pack) => pack.state === state).length);
      }
    },
  });
  // Passes over some packs tell of those only: each has to be seen, not just the last before somebody asks.
  return { close: view.events.subscribe(follow) };
}
