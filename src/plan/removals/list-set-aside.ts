import type { Actual, Attached, ComponentRow, Hanging, InstalledPack } from '../../actual/actual.ts';
import { kinds } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { ComponentChange, Note } from '../plan.ts';
import { noteHanging } from './note-hanging.ts';

const fate = 'set aside until the pack returns';

/** What people made of a pack that is removed: nothing of it is lost, and everything comes back with the pack. */
export function listSetAside(
  installed: InstalledPack,
  deletes: readonly ComponentChange[],
  actual: Actual,
): readonly Note[] {
  const ours = new Set(deletes.map(componentKey));
  const rows = kinds.flatMap(({ name }) =>
    [...(actual.components.get(name)?.values() ?? [])].filter(
      (row) => row.packRef === installed.ref && !ours.has(componentKey(row)),
    ),
  );
  return [
    ...noteRows('ad-hoc', 'adhoc', (row) => row.adhoc, rows),
    ...noteRows('unmanaged', 'unmanaged', (row) => !row.adhoc, rows),
    ...attachedWhats.flatMap((what) => noteAttached(what, installed.attached)),
    ...noteHanging(
      (installed.hanging ?? []).filter((one) => isApart(one, ours)),
      fate,
    ),
    ...noteConfig(installed),
    ...noteOverrides(installed.ref, actual),
    ...noteHold(installed.ref, actual),
    { code: 'history', sentence: 'executions, events and enforcements, with the refs as text', rows: [] },
  ];
}

function noteRows(
  word: string,
  code: string,
  isMeant: (row: ComponentRow) => boolean,
  rows: readonly ComponentRow[],
): Note[] {
  return kinds.flatMap(({ name, plural }) => {
    const found = rows.filter((row) => row.kind === name && isMeant(row)).map(componentKey);
    if (found.length === 0) return [];
    const what = found.length === 1 ? name.replace('_', ' ') : plural;
    return {
      code: `preserved-${code}-${name.replace('_', '-')}`,
      sentence: `${found.length} ${word} ${what}, ${fate}`,
      rows: found.sort(compareRefs),
    };
  });
}

const attachedWhats: readonly Attached['what'][] = ['key', 'webhook key', 'permission assignment'];

function noteAttached(what: Attached['what'], attached: readonly Attached[]): Note[] {
  const found = attached.filter((one) => one.what === what && one.count > 0);
  const count = found.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return [];
  const rows = found.map(({ kind, ref }) => `${kind} ${ref}`).sort(compareRefs);
  return [
    {
      code: `preserved-${what.replace(' ', '-')}`,
      sentence: `${count} ${what}${count === 1 ? '' : 's'}, ${fate}`,
      rows,
    },
  ];
}

/** Of a row that people made, settings and webhook are part of it. */
function isApart({ what, kind, ref }: Hanging, ours: ReadonlySet<string>): boolean {
  return (what !== 'settings' && what !== 'webhook') || ours.has(`${kind} ${ref}`);
}

function noteConfig({ config }: InstalledPack): Note[] {
  if (Object.keys(config).length === 0) return [];
  return [{ code: 'preserved-config', sentence: `its config, ${fate}`, rows: [] }];
}

function noteOverrides(pack: string, { overrides }: Actual): Note[] {
  const own = overrides.filter((override) => override.pack === pack);
  if (own.length === 0) return [];
  const rows = [...new Set(own.map(({ kind, ref }) => `${kind} ${ref}`))].sort(compareRefs);
  const sentence = `${own.length} override${own.length === 1 ? '' : 's'}, remembered`;
  return [{ code: 'preserved-override', sentence, rows }];
}

function noteHold(pack: string, { holds }: Actual): Note[] {
  const hold = holds.get(pack);
  return hold === undefined
    ? []
    : [{ code: 'hold', sentence: `its rollback: ${hold.version} is held back if it returns`, rows: [] }];
}
