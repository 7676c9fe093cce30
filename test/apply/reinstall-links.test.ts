import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';
import { change, idOf, operations, shell } from './reinstall-scene.ts';

for (const like of ['ours', 'attune'] as const) {
  describe(`a reinstall, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('of a sensor that moves to another trigger keeps its id and its events', async () => {
      await using fleet = await createFleet({ like });
      let id: string | undefined;
      await change(
        fleet,
        {},
        {
          'sensors/poll.yaml':
            'ref: jira.poll\nrunner_type: python\nentry_point: poll.py\ntrigger_types: [jira.comment]\n',
          'triggers/issue.yaml': null,
        },
        async () => {
          id = await idOf(fleet, 'sensor', 'jira.poll');
          await fleet.sql(
            `INSERT INTO event (trigger, trigger_ref, source, source_ref)
             SELECT trigger, trigger_ref, id, ref FROM sensor WHERE ref = 'jira.poll'`,
          );
        },
      );
      assert.deepEqual(
        await fleet.sql(
          `SELECT s.id, t.ref, s.trigger_ref, e.trigger, e.trigger_ref AS event FROM sensor s JOIN trigger t ON t.id = s.trigger
             JOIN event e ON e.source = s.id`,
        ),
        [{ id, ref: 'jira.comment', trigger_ref: 'jira.comment', trigger: null, event: 'jira.issue' }],
      );
    });

    it('of runtimes that come and go moves actions and sensors along before the old one goes', async () => {
      await using fleet = await createFleet({ like });
      const runtime = (name: string) =>
        `ref: jira.${name}\nname: Jira ${name}\nexecution_config: { interpreter: { binary: jira } }\n`;
      const plan = await change(
        fleet,
        {
          'runtimes/old.yaml': runtime('old'),
          'actions/a.yaml': 'ref: jira.a\nrunner_type: jira.old\nentry_point: a.sh\n',
          'sensors/poll.yaml':
            'ref: jira.poll\nrunner_type: jira.old\nentry_point: poll.py\ntrigger_types: [jira.issue]\n',
        },
        {
          'runtimes/old.yaml': null,
          'runtimes/new.yaml': runtime('new'),
          'actions/a.yaml': 'ref: jira.a\nrunner_type: jira.new\nentry_point: a.sh\n',
          'sensors/poll.yaml':
            'ref: jira.poll\nrunner_type: jira.new\nentry_point: poll.py\ntrigger_types: [jira.issue]\n',
        },
      );
      assert.deepEqual(operations(plan), [
        'create runtime jira.new',
        'update action jira.a',
        'update sensor jira.poll',
        'delete runtime jira.old',
      ]);
      assert.deepEqual(
        await fleet.sql(
          `SELECT r.ref, s.runtime_ref FROM runtime r JOIN sensor s ON s.runtime = r.id JOIN action a ON a.runtime = r.id`,
        ),
        [{ ref: 'jira.new', runtime_ref: 'jira.new' }],
      );
    });

    it('of a permission set keeps its assignments, and of a policy its id while it moves to another action', async () => {
      await using fleet = await createFleet({ like });
      const policy = (action: string) =>
        `ref: jira.one\nname: One\naction_ref: jira.${action}\nmethod: enqueue\nthreshold: 1\n`;
      let before: unknown;
      const ids = () =>
        fleet.sql(`SELECT s.id, p.id AS policy, a.id AS assignment FROM permission_set s
          JOIN permission_assignment a ON a.permset = s.id, policy p`);
      await change(
        fleet,
        {
          'actions/a.yaml': shell('jira.a'),
          'policies/one.yaml': policy('a'),
          'permission_sets/clerk.yaml': 'ref: jira.clerk\ngrants: []\n',
        },
        {
          'actions/a.yaml': null,
          'policies/one.yaml': policy('other'),
          'permission_sets/clerk.yaml': 'ref: jira.clerk\ngrants: [{ resource: actions, actions: [execute] }]\n',
        },
        async () => {
          await fleet.sql(`INSERT INTO identity (login) VALUES ('ada')`);
          await fleet.sql(
            `INSERT INTO permission_assignment (identity, permset)
             SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login = 'ada'`,
          );
          before = await ids();
        },
      );
      assert.deepEqual(await ids(), before);
      assert.deepEqual(
        await fleet.sql(
          `SELECT p.action_ref, a.ref, s.grants FROM policy p JOIN action a ON a.id = p.action, permission_set s`,
        ),
        [
          {
            action_ref: 'jira.other',
            ref: 'jira.other',
            grants: [{ resource: 'actions', actions: ['execute'] }],
          },
        ],
      );
    });

    it('of two components that swap their refs writes each by its ref, in place', async () => {
      await using fleet = await createFleet({ like });
      const rules = (one: string, other: string) => ({
        'rules/one.yaml': `ref: jira.one\nlabel: One\ntrigger_ref: jira.${one}\naction_ref: jira.x\n`,
        'rules/other.yaml': `ref: jira.two\nlabel: Two\ntrigger_ref: jira.${other}\naction_ref: jira.y\n`,
      });
      const ids = () => fleet.sql(`SELECT ref, id FROM action UNION ALL SELECT ref, id FROM trigger ORDER BY 1`);
      let before: unknown;
      await change(
        fleet,
        {
          'actions/x.yaml': shell('jira.x', 'a.sh', 'label: First\n'),
          'actions/y.yaml': 'ref: jira.y\nlabel: Second\nrunner_type: python\nentry_point: c.py\n',
          ...rules('issue', 'comment'),
        },
        {
          'actions/x.yaml': shell('jira.y', 'a.sh', 'label: First\n'),
          'actions/y.yaml': 'ref: jira.x\nlabel: Second\nrunner_type: python\nentry_point: c.py\n',
          'triggers/issue.yaml': 'ref: jira.comment\n',
          'triggers/comment.yaml': 'ref: jira.issue\n',
          ...rules('comment', 'issue'),
        },
        async () => {
          before = await ids();
        },
      );
      assert.deepEqual(await ids(), before);
      assert.deepEqual(
        await fleet.sql(
          `SELECT a.ref, a.label, r.ref AS runtime, t.ref AS trigger FROM action a JOIN runtime r ON r.id = a.runtime
             JOIN rule u ON u.action = a.id JOIN trigger t ON t.id = u.trigger ORDER BY 1`,
        ),
        [
          { ref: 'jira.x', label: 'Second', runtime: 'core.python', trigger: 'jira.comment' },
          { ref: 'jira.y', label: 'First', runtime: 'core.shell', trigger: 'jira.issue' },
        ],
      );
    });

    it('of a component that moves to another pack, and one that moves back, is one run', async () => {
      await using fleet = await createFleet({ like });
      const bare = { 'actions/a.sh': 'true\n' };
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('one', { ...bare, 'actions/x.yaml': shell('one.x'), 'triggers/t.yaml': 'ref: one.t\n' });
      await fleet.writePack('two', { ...bare, 'actions/y.yaml': shell('two.y'), 'triggers/t.yaml': 'ref: two.t\n' });
      const rule = (x: string, y: string) => ({
        'rules/x.yaml': `ref: three.x\nlabel: X\ntrigger_ref: one.t\naction_ref: ${x}.x\n`,
        'rules/y.yaml': `ref: three.y\nlabel: Y\ntrigger_ref: two.t\naction_ref: ${y}.y\n`,
      });
      await fleet.writePack('three', rule('one', 'two'));
      await fleet.apply();
      await fleet.writePack('one', { 'actions/x.yaml': null, 'actions/y.yaml': shell('one.y') }, { version: '2.0.0' });
      await fleet.writePack('two', { 'actions/y.yaml': null, 'actions/x.yaml': shell('two.x') }, { version: '2.0.0' });
      await fleet.writePack('three', rule('two', 'one'), { version: '2.0.0' });
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      const next = await fleet.plan();
      assert.deepEqual([next.changes, next.notes], [[], []]);
      assert.deepEqual(
        await fleet.sql(`SELECT r.ref, a.ref AS action FROM rule r JOIN action a ON a.id = r.action ORDER BY 1`),
        [
          { ref: 'three.x', action: 'two.x' },
          { ref: 'three.y', action: 'one.y' },
        ],
      );
    });
  });
}

describe('a reinstall of runtime versions', () => {
  it('that come and go, and of the default that moves, keeps what Attune verified of those that stay', async () => {
    await using fleet = await createFleet();
    const python = (versions: string) =>
      `ref: core.python\nname: Python\nexecution_config: { interpreter: { binary: python3 } }\nversions:\n${versions}`;
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    await fleet.sql('UPDATE runtime_version SET available = FALSE, verified_at = now()');
    const before = await fleet.sql(`SELECT id, verified_at FROM runtime_version WHERE version = '3.12'`);
    await fleet.writePack(
      'core',
      { 'runtimes/python.yaml': python('  - version: "3.12"\n    is_default: true\n  - version: "3.13"\n') },
      { version: '2.0.0' },
    );
    const { plan, result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(operations(plan), [
      'update runtime_version core.python@3.12',
      'create runtime_version core.python@3.13',
      'delete runtime_version core.python@3.11',
    ]);
    assert.deepEqual(await fleet.sql(`SELECT id, verified_at FROM runtime_version WHERE version = '3.12'`), before);
    assert.deepEqual(await fleet.sql('SELECT version, is_default, available FROM runtime_version ORDER BY version'), [
      { version: '3.12', is_default: true, available: false },
      { version: '3.13', is_default: false, available: true },
    ]);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
