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
