import type { Hanging } from '../../actual/actual.ts';
import { compareRefs } from '../compare-refs.ts';
import type { Note } from '../plan.ts';

interface Label {
  readonly one: string;
  readonly many: string;
}

const labels: Readonly<Record<string, Label>> = {
  settings: { one: 'component with own settings', many: 'components with own settings' },
  queue_stats: { one: 'queue statistic', many: 'queue statistics' },
  workflow_execution: { one: 'task list of a past workflow run', many: 'task lists of past workflow runs' },
  pack_test_execution: { one: 'test result', many: 'test results' },
};

/** What people call rows that are set aside with what they hang on; a table that nobody here has heard of by its name. */
export function labelHanging(what: string): Label {
  const one = what.replaceAll('_', ' ');
  return labels[what] ?? { one, many: `${one}s` };
}

/** What hangs on packs and components that go, counted; `fate` says what becomes of it. */
export function noteHanging(hanging: readonly Hanging[], fate: string): Note[] {
  return [...new Set(hanging.map(({ what }) => what))].sort(compareRefs).map((what) => {
    const found = hanging.filter((one) => one.what === what);
    const count = found.reduce((sum, one) => sum + one.count, 0);
    const { one, many } = labelHanging(what);
    return {
      code: `preserved-${what.replaceAll('_', '-')}`,
      sentence: `${count} ${count === 1 ? one : many}, ${fate}`,
      rows: found.map(({ kind, ref }) => `${kind} ${ref}`).sort(compareRefs),
    };
  });
}
