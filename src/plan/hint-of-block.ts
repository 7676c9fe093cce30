const wait = 'Nothing is to be done: the change is made by itself when the executions have ended.';
const rename = 'Rename one of the two, or delete the row if nobody needs it.';
const anyway = '--skip-deps has it done all the same.';

/** By code. What an approval lifts, and what time does, says so itself. */
const hints: Readonly<Record<string, string>> = {
  'in-use': 'Change or remove what uses it first, or let the pack keep it.',
  dependency: 'Remove the other pack too, or take the dependency out of it.',
  'missing-dependency': anyway,
  'unsatisfied-dependency': anyway,
  'unsatisfied-runtime': `Add a version that fits to the runtime, or install it and run \`attune-sync runtimes verify --write\`, or mend what the pack says it needs. ${anyway}`,
  'unsatisfied-runtime-version': `Have a version that fits on this machine (\`attune-sync runtimes list\`), or mend runtime_version of the pack. ${anyway}`,
  'interpreter-missing':
    "Install it on this machine, where PATH leads to it and the user who builds may run it, or have Attune's workers build: `environments.build: workers`.",
  'invalid-environment': 'Mend the execution_config where the runtime comes from.',
  'tests-failed':
    'Mend the pack; `apply --skip-tests`, or `tests: report` in its document, has it installed all the same.',
  'breaks-dependent': `Upgrade or remove what needs it in the same run. ${anyway}`,
  'used-by-blocked': 'See what blocks the other pack.',
  'unfinished-execution': wait,
  'missing-reference': 'Add the pack that brings it to the desired state, or correct the ref.',
  suspended:
    '`attune-sync resume` ends what was suspended by command; what a document or the configuration suspends is ended there; `apply --despite-window WHY` does not wait for a sync window.',
  'adhoc-component': rename,
  'foreign-component': rename,
  'managed-by-another': 'Take the document away here, or have its manager hand it over: `attune-sync pack transfer`.',
  cycle: 'Let one of the packs do without the other.',
};

/** What to do about what blocks a change; undefined where its sentence says it. */
export function hintOfBlock(code: string): string | undefined {
  return hints[code];
}
