import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DoctorReport } from '../../../src/commands/doctor/doctor.ts';
import { failure, ok, skipped, warning } from '../../../src/commands/doctor/finding.ts';
import { renderDoctorJson, renderDoctorText } from '../../../src/commands/doctor/render-doctor.ts';

const needsDatabase = skipped('It needs a database that answers.');
const report: DoctorReport = {
  manager: 'production',
  checks: [
    { name: 'git', findings: [ok('git 2.39.5.'), warning('ssh-missing', 'ssh is not there.', 'Install it.')] },
    {
      name: 'grants',
      findings: [
        failure(
          'grants-reading',
          'The role may not read.',
          'Run this:\nGRANT SELECT ON attune.pack, attune.runtime, attune.trigger, attune.action TO sync;',
        ),
      ],
    },
    { name: 'schema', findings: [needsDatabase] },
    { name: 'locks', findings: [needsDatabase] },
    {
      name: 'store',
      findings: [{ ...failure('bad', 'Escape \u001b[2J it.'), where: { file: '/etc/a/b.yaml', line: 3 } }],
    },
  ],
};

test('each finding has a sign, its remedy under it, and what one thing kept from being looked at is one line', () => {
  const text = renderDoctorText(report, { color: false, unicode: true, base: '/etc/a', columns: 60 });
  assert.deepEqual(text.split('\n'), [
    '✔ git     git 2.39.5.',
    '!         ssh is not there. [ssh-missing]',
    '          → Install it.',
    '✗ grants  The role may not read. [grants-reading]',
    '          → Run this:',
    '            GRANT SELECT ON attune.pack, attune.runtime, attune.trigger, attune.action TO sync;',
    '✗ store   b.yaml:3: Escape \\u001b[2J it. [bad]',
    '– schema, locks: It needs a database that answers.',
    '',
    '1 fine, 1 warning, 2 errors, 2 not looked at.',
    '',
  ]);
});

test('a terminal without UTF-8 gets signs that it has', () => {
  const text = renderDoctorText(report, { color: false, unicode: false });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant
  assert.match(text, /^[\x00-\x7f]*$/);
  assert.match(text, /^x grants/m);
});

test('as data each check has the worst level of its findings', () => {
  const { manager, checks } = renderDoctorJson(report) as {
    manager: string;
    checks: { name: string; level: string }[];
  };
  assert.equal(manager, 'production');
  assert.deepEqual(
    checks.map(({ name, level }) => `${name} ${level}`),
    ['git warning', 'grants error', 'schema skipped', 'locks skipped', 'store error'],
  );
});
