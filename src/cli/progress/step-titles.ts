import type { ProgressStep } from '../../progress.ts';

/** What is said of packs in a step while it lasts, and before `3 packs` when it is over. */
export const stepTitles: Readonly<Record<ProgressStep, { readonly doing: string; readonly done: string }>> = {
  fetch: { doing: 'Fetching packs', done: 'Fetched' },
  verify: { doing: 'Verifying packs', done: 'Verified' },
  publish: { doing: 'Publishing packs', done: 'Published' },
  environment: { doing: 'Preparing environments', done: 'Prepared the environments of' },
  tests: { doing: 'Testing packs', done: 'Tested' },
  rows: { doing: 'Applying packs', done: 'Wrote the rows of' },
  switch: { doing: 'Switching links', done: 'Switched the links of' },
};
