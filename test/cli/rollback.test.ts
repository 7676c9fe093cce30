import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packShowVerb } from '../../src/cli/verbs/pack-show.ts';
import { planVerb } from '../../src/cli/verbs/plan.ts';
import { rollbackVerb } from '../../src/cli/verbs/rollback.ts';
import { statusVerb } from '../../src/cli/verbs/status.ts';
import { urlOf, writeConfig } from '../support/cli-child.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createFakeShell } from './fake-shell.ts';

const asked = { lockTimeout: 5000, output: 'text' } as const;

async function installed(): Promise<Fleet> {
  const fleet = await createFleet();
  await writeConfig(fleet);
  for (const version of ['1.0.0', '2.0.0']) {
    await fleet.writePack('one', { 'lib/text': version }, { version });
    await fleet.apply();
  }
  return fleet;
}

function shellOf(fleet: Fleet, answers?: readonly string[]) {
  const environment = { ATTUNE_DATABASE_URL: urlOf(fleet) };
  return createFakeShell({ directory: fleet.directory, environment, ...(answers === undefined ? {} : { answers }) });
}

const version = async (fleet: Fleet) => (await fleet.sql('SELECT version FROM pack'))[0]?.version;

test('a rollback shows its plan and asks; no changes nothing, yes takes the pack back', async () => {
  await using fleet = await installed();
  const no = shellOf(fleet, ['n\n']);
  assert.equal(await rollbackVerb(no, 'one', asked), 3);
  assert.match(no.stdout(), /~ +one +reinstall +2\.0\.0 +1\.0\.0 +rolled back from 2\.0\.0 to 1\.0\.0/);
  assert.match(no.stderr(), /^Roll one back\? \[y\/N\] Nothing was applied\.\n$/);
  assert.equal(await version(fleet), '2.0.0');
  const yes = shellOf(fleet, ['y\n']);
  assert.equal(await rollbackVerb(yes, 'one', { ...asked, why: 'it is loud' }), 0);
  const shown = yes.stdout();
  assert.match(
    shown.replaceAll(/\s+/g, ' '),
    /note one is held at 1\.0\.0 .* \(it is loud\); 2\.0\.0 .* is held back until its source/,
  );
  assert.match(shown, /Applied 1 pack in .*: 1 reinstalled\.\n$/);
  assert.equal(await version(fleet), '1.0.0');
});

test('without a terminal it is refused unless --yes is given', async () => {
  await using fleet = await installed();
  await assert.rejects(rollbackVerb(shellOf(fleet), 'one', asked), { code: 'cannot-ask' });
  assert.equal(await rollbackVerb(shellOf(fleet), 'one', { ...asked, yes: true }), 0);
  assert.equal(await version(fleet), '1.0.0');
});

for (const [name, ref, sql, code] of [
  ['nobody knows', 'none', '', 'unknown-pack'],
  ['no manager installed', 'one', 'DELETE FROM attune_sync.pack', 'not-managed'],
  ['belongs to another manager', 'one', `UPDATE attune_sync.pack SET manager = 'other'`, 'managed-by-another'],
] as const) {
  test(`a pack that ${name} is refused by name`, async () => {
    await using fleet = await installed();
    if (sql !== '') await fleet.sql(sql);
    await assert.rejects(rollbackVerb(shellOf(fleet), ref, asked), { code });
  });
}

test('a pack that no document names any more is refused: it waits for its removal', async () => {
  await using fleet = await installed();
  await fleet.write({ 'desired/one.yaml': null });
  await assert.rejects(rollbackVerb(shellOf(fleet), 'one', asked), { code: 'not-desired' });
  assert.equal(await version(fleet), '2.0.0');
});

test('plan, status and pack show say what is held, since when, by whom, why, and what is held back', async () => {
  await using fleet = await installed();
  await rollbackVerb(shellOf(fleet), 'one', { ...asked, yes: true, why: 'it is loud' });
  const shown = async (verb: (shell: ReturnType<typeof shellOf>) => Promise<number>) => {
    const shell = shellOf(fleet);
    assert.equal(await verb(shell), 0);
    return shell.stdout();
  };
  const said =
    /held at 1\.0\.0 (?:\([0-9a-f]{12}\) )?since \d{4}-[^;]* by [^;]* \(it is loud\); 2\.0\.0 \([0-9a-f]{12}\) is held back/;
  const text = await shown((shell) => planVerb(shell, { output: 'text' }));
  assert.match(text.replaceAll(/\s+/g, ' '), said);
  assert.match(
    (await shown((shell) => statusVerb(shell, undefined, { output: 'text' }))).replaceAll(/\s+/g, ' '),
    /held/,
  );
  assert.match(await shown((shell) => packShowVerb(shell, 'one', { output: 'text' })), /Held: +at 1\.0\.0 since/);
  const plan = JSON.parse(await shown((shell) => planVerb(shell, { output: 'json' })));
  assert.deepEqual(
    plan.holds.map(({ pack, at, heldBack, why }: Record<string, { version: string }>) => [
      pack,
      at?.version,
      heldBack?.version,
      why,
    ]),
    [['one', '1.0.0', '2.0.0', 'it is loud']],
  );
  const status = JSON.parse(await shown((shell) => statusVerb(shell, undefined, { output: 'json' })));
  assert.deepEqual([status.packs[0].state, status.packs[0].hold.version], ['held', '2.0.0']);
  assert.match(status.packs[0].message, said);
  const pack = JSON.parse(await shown((shell) => packShowVerb(shell, 'one', { output: 'json' })));
  assert.equal(pack.hold.why, 'it is loud');
  assert.deepEqual(
    pack.versions.map((one: { version: string; superseded: string | null }) => [one.version, one.superseded === null]),
    [
      ['2.0.0', false],
      ['1.0.0', true],
    ],
  );
});
