import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTreeText } from '../../src/commands/tree/render-tree.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet } from '../support/fleet.ts';

test('shows managers, packs and components with what people made, set and lack', async () => {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('core', { 'triggers/tick.yaml': 'ref: core.tick\n', 'triggers/tock.yaml': 'ref: core.tock\n' });
  await fleet.writePack(
    'jira',
    {
      'actions/go.yaml': 'ref: jira.go\nentry_point: go.sh\nrunner_type: python\n',
      'actions/go.sh': '',
      'rules/on.yaml': 'ref: jira.on\ntrigger_ref: core.tick\naction_ref: jira.lost\n',
    },
    { pack: 'dependencies: [core]\n' },
  );
  await fleet.apply();
  await fleet.writePack('later');
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'core.tock'`);
  await fleet.apply();
  await fleet.writePack('soon');
  await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('theirs', 'Theirs', '3.0.0')`);
  await fleet.sql(
    `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT 'jira.mine', id, ref, 'Mine', TRUE FROM pack WHERE ref = 'jira'`,
  );
  await fleet.sql(`UPDATE attune_sync.pack SET manager = 'staging' WHERE ref = 'later'`);
  const { out, err, code } = await runInside(fleet, ['tree']);
  assert.equal(code, 0, err);
  assert.equal(
    out,
    `test
├── core 1.0.0 installed
│   └── triggers
│       ├── core.tick
│       └── core.tock (disabled, overridden)
├── jira 1.0.0 degraded
│   ├── needs core
│   ├── triggers
│   │   └── jira.mine (ad-hoc)
│   ├── actions
│   │   └── jira.go (degraded)
│   └── rules
│       └── jira.on (orphaned, waits for action jira.lost)
└── soon not installed
staging (another manager)
└── later 1.0.0 installed
unmanaged
└── theirs 3.0.0 installed
`,
  );
  const plain = await runInside(fleet, ['tree', '--packs'], { env: { LC_ALL: 'C' } });
  assert.match(plain.out, /^test\n\|-- core 1\.0\.0 installed\n\|-- jira 1\.0\.0 degraded\n`-- soon not installed\n/);
  const { managers } = JSON.parse((await runInside(fleet, ['tree', 'jira', '--output', 'json'])).out);
  assert.deepEqual(
    [managers.length, managers[0].packs.length, managers[0].packs[0].needs],
    [1, 1, [{ ref: 'core', constraint: null, isInstalled: true }]],
  );
  const wrong = await runInside(fleet, ['tree', 'jria']);
  assert.deepEqual([wrong.code, /Did you mean jira\?/.test(wrong.err)], [1, true]);
});

test('what names hold cannot move the cursor, and an empty Attune says so', () => {
  const options = { color: false, unicode: true, packsOnly: false };
  const loose = [{ kind: 'rule', ref: 'a\u001b[2Jb', marks: [], waitsFor: [] }] as const;
  const text = renderTreeText({ managers: [{ name: 'prod', isOwn: true, packs: [] }], loose }, options);
  assert.match(text, /^prod: no pack is desired or installed\nin no pack\n└── rules\n {4}└── a/);
  assert.ok(!text.includes('\u001b'));
});
