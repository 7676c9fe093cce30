import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFleet } from '../support/fleet.ts';
import { change, idOf, operations, shell, workflow } from './reinstall-scene.ts';

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
  });
}
