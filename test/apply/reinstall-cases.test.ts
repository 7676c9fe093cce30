import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

type Files = Readonly<Record<string, string | null>>;

function shell(ref: string, entry = 'a.sh', more = ''): string {
  return `ref: ${ref}\nrunner_type: shell\nentry_point: ${entry}\n${more}`;
}

const workflow = 'version: 1.0.0\ntasks: [{ name: go, action: jira.other }]\n';
const first: Files = {
  'actions/a.sh': 'true\n',
  'actions/b.sh': 'true\n',
  'actions/c.py': 'pass\n',
  'actions/other.yaml': shell('jira.other'),
  'triggers/issue.yaml': 'ref: jira.issue\n',
  'triggers/comment.yaml': 'ref: jira.comment\n',
  'sensors/poll.yaml': 'ref: jira.poll\nrunner_type: python\nentry_point: poll.py\ntrigger_types: [jira.issue]\n',
  'sensors/poll.py': 'pass\n',
};

/** Applies `core` and a pack `jira` of these files, and then what changes of them, as version 2.0.0. */
async function change(fleet: Fleet, before: Files, after: Files, meanwhile?: () => Promise<unknown>): Promise<Plan> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('jira', { ...first, ...before });
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  await meanwhile?.();
  await fleet.writePack('jira', after, { version: '2.0.0' });
  const { plan, result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  const next = await fleet.plan();
  assert.deepEqual([next.changes, next.overrides, next.problems], [[], [], []]);
  return plan;
}

async function idOf(fleet: Fleet, table: string, ref: string): Promise<string | undefined> {
  return (await fleet.sql<{ id: string }>(`SELECT id FROM ${table} WHERE ref = ?`, [ref]))[0]?.id;
}

function operations({ changes }: Plan): string[] {
  return changes.flatMap(({ components }) => components.map(({ op, kind, ref }) => `${op} ${kind} ${ref}`));
}

for (const like of ['ours', 'attune'] as const) {
  describe(`a reinstall, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('of a renamed component removes the one and adds the other, and says that it may be a rename', async () => {
      await using fleet = await createFleet({ like });
      const rule = 'ref: jira.mine\nlabel: Mine\ntrigger_ref: jira.issue\naction_ref: jira.a\n';
      const plan = await change(
        fleet,
        { 'actions/a.yaml': shell('jira.a', 'b.sh'), 'rules/mine.yaml': rule },
        { 'actions/a.yaml': shell('jira.b', 'b.sh'), 'rules/mine.yaml': rule.replace('jira.a', 'jira.b') },
      );
      assert.deepEqual(operations(plan), ['create action jira.b', 'update rule jira.mine', 'delete action jira.a']);
      assert.deepEqual(
        plan.changes[0]?.warnings.map(({ message }) => message),
        ['action jira.b may be jira.a renamed: same entry point.'],
      );
      assert.deepEqual(await fleet.sql(`SELECT a.ref FROM rule r JOIN action a ON a.id = r.action`), [
        { ref: 'jira.b' },
      ]);
    });

    it('of an action that changes its runtime keeps its id, executions and keys', async () => {
      await using fleet = await createFleet({ like });
      let id: string | undefined;
      const plan = await change(
        fleet,
        { 'actions/a.yaml': shell('jira.a') },
        { 'actions/a.yaml': 'ref: jira.a\nrunner_type: python\nentry_point: c.py\n' },
        async () => {
          id = await idOf(fleet, 'action', 'jira.a');
          await fleet.sql(`INSERT INTO execution (action, action_ref) SELECT id, ref FROM action WHERE ref = 'jira.a'`);
        },
      );
      assert.deepEqual(
        plan.changes[0]?.components.flatMap(({ fields }) => fields.map(({ field, after }) => [field, after])),
        [
          ['entrypoint', 'c.py'],
          ['runtime', 'core.python'],
        ],
      );
      assert.deepEqual(
        await fleet.sql(
          `SELECT a.id, r.ref, e.action_ref FROM action a JOIN runtime r ON r.id = a.runtime JOIN execution e ON e.action = a.id
            WHERE a.ref = 'jira.a'`,
        ),
        [{ id, ref: 'core.python', action_ref: 'jira.a' }],
      );
    });

    it('of an action that becomes a workflow, and one that ceases to be one, keeps both ids and their executions', async () => {
      await using fleet = await createFleet({ like });
      const ids = () =>
        fleet.sql(`SELECT ref, id FROM action WHERE ref IN ('jira.plain', 'jira.flow', 'jira.own') ORDER BY ref`);
      let before: unknown;
      const plan = await change(
        fleet,
        {
          'actions/plain.yaml': shell('jira.plain'),
          'actions/flow.yaml': 'ref: jira.flow\nworkflow_file: workflows/flow.workflow.yaml\n',
          'actions/workflows/flow.workflow.yaml': workflow,
          'workflows/own.yaml': `ref: jira.own\nlabel: Own\n${workflow}`,
        },
        {
          'actions/plain.yaml': 'ref: jira.plain\nworkflow_file: workflows/plain.workflow.yaml\n',
          'actions/workflows/plain.workflow.yaml': workflow,
          'actions/flow.yaml': shell('jira.flow'),
          'actions/workflows/flow.workflow.yaml': null,
          'workflows/own.yaml': null,
          'actions/own.yaml': shell('jira.own'),
        },
        async () => {
          before = await ids();
          await fleet.sql(
            `INSERT INTO execution (action, action_ref, workflow_def, status, is_workflow)
             SELECT id, ref, workflow_def, 'completed', workflow_def IS NOT NULL FROM action WHERE ref <> 'core.echo'`,
          );
        },
      );
      assert.deepEqual(operations(plan), [
        'create workflow jira.plain',
        'update action jira.flow',
        'update action jira.own',
        'update action jira.plain',
        'delete workflow jira.flow',
        'delete workflow jira.own',
      ]);
      assert.deepEqual(await ids(), before);
      assert.deepEqual(
        await fleet.sql(
          `SELECT a.ref, a.is_workflow, w.ref AS workflow, r.ref AS runtime, count(e.id)::int AS executions
             FROM action a LEFT JOIN workflow_definition w ON w.id = a.workflow_def LEFT JOIN runtime r ON r.id = a.runtime
             JOIN execution e ON e.action = a.id AND e.action_ref = a.ref
            WHERE a.ref IN ('jira.plain', 'jira.flow', 'jira.own') GROUP BY 1, 2, 3, 4 ORDER BY 1`,
        ),
        [
          { ref: 'jira.flow', is_workflow: false, workflow: null, runtime: 'core.shell', executions: 1 },
          { ref: 'jira.own', is_workflow: false, workflow: null, runtime: 'core.shell', executions: 1 },
          { ref: 'jira.plain', is_workflow: true, workflow: 'jira.plain', runtime: null, executions: 1 },
        ],
      );
    });

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
