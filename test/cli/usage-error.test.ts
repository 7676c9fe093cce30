import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommanderError } from 'commander';
import { buildProgram } from '../../src/cli/program.ts';
import { SyncError } from '../../src/errors.ts';

/** What typing this throws; nothing may be written before it is reported. */
async function type(args: readonly string[]): Promise<unknown> {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const start = () => assert.fail('the verb was started');
  const program = buildProgram({ version: '0.0.0', start, writeOut: write, writeErr: write });
  const error = await program.parseAsync(['node', 'attune-sync', ...args]).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SyncError) assert.equal(written, '');
  return error;
}

for (const [name, args, code, message, hint] of [
  [
    'an unknown verb suggests the nearest',
    ['aply'],
    'unknown-verb',
    /^attune-sync: unknown command 'aply'$/,
    /^Did you mean `attune-sync apply`\? Usage: attune-sync \[options\] .*`attune-sync --help`/,
  ],
  [
    'an unknown verb of a group suggests the nearest there',
    ['pack', 'lst'],
    'unknown-verb',
    /^attune-sync pack: unknown command 'lst'$/,
    /^Did you mean `attune-sync pack list`\? /,
  ],
  [
    'a verb of a group typed without it suggests all that have it',
    ['drop', 'jira.poller'],
    'unknown-verb',
    /unknown command 'drop'/,
    /^Did you mean `attune-sync override drop` or `attune-sync preserved drop`\? /,
  ],
  [
    'an unknown option suggests the nearest',
    ['plan', '--detailed-exitcodes'],
    'unknown-option',
    /^attune-sync plan: unknown option '--detailed-exitcodes'$/,
    /^Did you mean --detailed-exitcode\? Usage: attune-sync plan \[options\];/,
  ],
  ['what is like nothing suggests nothing', ['xyzzy'], 'unknown-verb', /'xyzzy'/, /^Usage: attune-sync /],
  [
    'a missing argument is named, with how the verb is used',
    ['pack', 'show'],
    'missing-argument',
    /^attune-sync pack show: missing required argument 'ref'$/,
    /^Usage: attune-sync pack show \[options\] <ref>; `attune-sync pack show --help` tells more\.$/,
  ],
  [
    'an argument too many is refused',
    ['status', 'jira', 'slack'],
    'excess-arguments',
    /Expected 1 argument but got 2/,
    /\[ref\]/,
  ],
  ['an option without its value is refused', ['plan', '--target'], 'missing-value', /'--target <ref\.\.\.>'/, /^Usage/],
  [
    'a missing option is named',
    ['pack', 'transfer', 'jira'],
    'missing-option',
    /'--to <manager>' not specified/,
    /^Usage/,
  ],
  [
    'an unknown format is refused with those there are',
    ['plan', '-o', 'xml'],
    'invalid-value',
    /argument 'xml' is invalid\. Allowed choices are text, json, yaml/,
    /^Usage/,
  ],
  [
    'an unknown shell is refused with those there are',
    ['completion', 'tcsh'],
    'invalid-value',
    /^attune-sync completion: argument 'shell' is invalid: 'tcsh'\. Allowed choices are bash, zsh, fish\.$/,
    /^Usage/,
  ],
  [
    'a type of events that there is not is refused with those there are',
    ['events', '--type', 'pack-aplied'],
    'invalid-value',
    /argument 'pack-aplied' is invalid\. Allowed choices are leader-gained, .*pack-applied/,
    /^Usage/,
  ],
  [
    'an unknown log level is refused',
    ['plan', '--log-level', 'loud'],
    'invalid-value',
    /Allowed choices are debug, info, warn, error/,
    /^Usage: attune-sync/,
  ],
  [
    'a duration without a unit is refused',
    ['apply', '--lock-timeout', '30'],
    'invalid-value',
    /500ms, 30s, 2m or 1h/,
    /^Usage/,
  ],
] as const) {
  test(`${name}, as an error like any other`, async () => {
    const error = await type(args);
    assert.ok(error instanceof SyncError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.problems[0]?.hint ?? '', hint);
  });
}

test('help and version are no errors', async () => {
  for (const args of [['--help'], ['pack', 'show', '--help'], ['--version'], ['help', 'plan']]) {
    const end = await type(args);
    assert.ok(end instanceof CommanderError);
    assert.equal(end.exitCode, 0);
  }
});
