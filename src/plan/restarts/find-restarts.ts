import type { Actual, ComponentRow } from '../../actual/actual.ts';
import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { Note, PackChange } from '../plan.ts';

/** Sensors that Attune keeps running: switched on, with a switched on rule that uses their trigger. By pack. */
export type RunningSensors = ReadonlyMap<string, readonly ComponentRow[]>;

export function findRunning({ components }: Actual): RunningSensors {
  const used = new Set<string>();
  for (const { enabled, links } of components.get('rule')?.values() ?? []) {
    if (enabled === true && links.trigger != null) used.add(links.trigger);
  }
  const running = new Map<string, ComponentRow[]>();
  for (const row of components.get('sensor')?.values() ?? []) {
    const isRunning = row.enabled === true && row.links.trigger != null && used.has(row.links.trigger);
    if (!isRunning || row.packRef === null) continue;
    running.set(row.packRef, [...(running.get(row.packRef) ?? []), row]);
  }
  return running;
}

/**
 * Sensors that run on as they were after a change, because Attune's sensor service does not hear of it: a sensor is a
 * process that lasts.
 *
 * @param isTold the service hears of rules, and starts the sensors of their triggers anew; it hears of none that goes
 */
export function findRestarts(change: PackChange, running: RunningSensors, isTold: boolean): readonly Note[] {
  if (change.action === 'forget' || change.blocks.length > 0) return [];
  const rows = running.get(change.ref) ?? [];
  const parts = new Map(change.components.map((component) => [componentKey(component), component]));
  const isGone = (row: ComponentRow) => {
    const part = parts.get(componentKey(row));
    return change.action === 'remove' || part?.op === 'delete' || part?.enabled === false;
  };
  const isAll = movesCode(change);
  const gone = rows.filter(isGone);
  const changed = rows.filter((row) => !isGone(row) && (isAll || parts.get(componentKey(row))?.op === 'update'));
  return [
    ...(isTold ? [] : note('sensor-changed', changed, ['runs on as it was', 'run on as they were'])),
    ...note('sensor-gone', gone, ['runs on although it goes', 'run on although they go']),
  ];
}

/** What the code is, or what it runs in. Of a pack that another installed, what it was is not known. */
function movesCode({ from, to, drifted = [], environments = [] }: PackChange): boolean {
  const isOther = from?.digest != null && from.digest !== to?.digest;
  return isOther || drifted.length > 0 || environments.some(({ op }) => op === 'build' || op === 'rebuild');
}

function note(code: string, rows: readonly ComponentRow[], [one, several]: readonly [string, string]): readonly Note[] {
  if (rows.length === 0) return [];
  const what = rows.length === 1 ? one : several;
  return [
    {
      code,
      sentence: `${what} until Attune's sensor service is restarted`,
      rows: rows.map(componentKey).sort(compareRefs),
    },
  ];
}
