import type { Problem } from '../errors.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { YamlDocument } from '../yaml/read-yaml.ts';
import { findScheduleFault } from './closed-windows.ts';
import type { Config } from './config.ts';

/** What the schema cannot say of `sync.windows`: whether the schedule ever begins, and the time zone is one. */
export function checkWindows(document: YamlDocument, { sync: { windows = [] } }: Pick<Config, 'sync'>): Problem[] {
  return windows.flatMap(({ schedule, timeZone }, index) => {
    const fault = findScheduleFault(schedule, timeZone);
    if (fault === null) return [];
    const [key, message, hint] =
      fault === 'schedule'
        ? ([
            'schedule',
            `sync.windows[${index}].schedule is no schedule that ever begins: ${schedule}.`,
            'Write minute, hour, day of the month, month and day of the week, such as `0 18 * * 5`.',
          ] as const)
        : ([
            'timeZone',
            `sync.windows[${index}].timeZone is no time zone: ${timeZone}.`,
            'Write the name of one, such as Europe/Berlin or UTC.',
          ] as const);
    return [problemAt(document, ['sync', 'windows', index, key], 'invalid-window', message, { hint })];
  });
}
