import type { Actual } from '../actual/actual.ts';
import type { ComponentChange, PackChange } from '../plan/plan.ts';
import type { Announced, AnnouncedRule } from './announced.ts';

/**
 * What a change gives Attune's services to hear, as Attune's own API tells them: a pack was registered, a rule created
 * or switched, or what it asks of its trigger changed. Attune has no message for sensors: those that have to start anew
 * are reached by one of a rule that uses them.
 *
 * @returns null where there is nothing to tell
 */
export function findAnnounced(change: PackChange, actual: Actual): Announced | null {
  const announced: Announced = {
    pack: change.ref,
    registered: isRegistered(change),
    rules: change.components.flatMap(describeRule),
    sensors: bringsCode(change) ? 'all' : change.components.flatMap(restarted),
    triggers: [...new Set(leftTriggers(change, actual))],
  };
  const { registered, rules, sensors, triggers } = announced;
  const isEmpty = !registered && rules.length === 0 && sensors.length === 0 && triggers.length === 0;
  return isEmpty || change.action === 'forget' ? null : announced;
}

/** New code, or another place where it lies or environment that it runs in. */
function bringsCode({ action, files, from, to, environments = [] }: PackChange): boolean {
  if (action === 'remove' || action === 'forget') return false;
  return files || from?.digest !== to?.digest || environments.some(({ op }) => op === 'build' || op === 'rebuild');
}

function isRegistered(change: PackChange): boolean {
  if (change.action === 'remove' || change.action === 'forget') return false;
  return bringsCode(change) || change.components.some(movesEnvironment);
}

/** Another runtime of an action, or another recipe of a runtime: environments that workers have not made yet. */
function movesEnvironment({ kind, op, set, links }: ComponentChange): boolean {
  if (kind === 'action') return op === 'create' || (op === 'update' && 'runtime' in links);
  const isRuntime = kind === 'runtime' || kind === 'runtime_version';
  return isRuntime && (op === 'create' || (op === 'update' && 'execution_config' in set));
}

function describeRule({ kind, op, ref, enabled, set, links }: ComponentChange): readonly AnnouncedRule[] {
  if (kind !== 'rule' || !isWritten(op)) return [];
  if (op === 'create') return [{ ref, what: 'created' }];
  if (enabled !== undefined) return [{ ref, what: 'switched' }];
  return 'trigger_params' in set || 'trigger' in links ? [{ ref, what: 'changed' }] : [];
}

function restarted({ kind, op, ref }: ComponentChange): readonly string[] {
  return kind === 'sensor' && isWritten(op) ? [ref] : [];
}

function isWritten(op: ComponentChange['op']): boolean {
  return op === 'create' || op === 'update';
}

/** Of rules that go, or move to another trigger: the ids of the triggers as they are now. */
function leftTriggers(change: PackChange, { components }: Actual): readonly string[] {
  const rows = components.get('rule');
  const leaving =
    change.action === 'remove'
      ? [...(rows?.values() ?? [])].filter(({ packRef }) => packRef === change.ref)
      : change.components
          .filter(
            ({ kind, op, links }) => kind === 'rule' && (op === 'delete' || (op === 'update' && 'trigger' in links)),
          )
          .flatMap(({ ref }) => rows?.get(ref) ?? []);
  return leaving.flatMap(({ links, enabled }) => (enabled === true ? (links.trigger ?? []) : []));
}
