import assert from 'node:assert/strict';
import type { Plan } from '../../src/plan/plan.ts';
import { coreFiles } from '../support/example-packs.ts';
import type { Fleet } from '../support/fleet.ts';

export type Files = Readonly<Record<string, string | null>>;

export function shell(ref: string, entry = 'a.sh', more = ''): string {
  return `ref: ${ref}\nrunner_type: shell\nentry_point: ${entry}\n${more}`;
}

export const workflow = 'version: 1.0.0\ntasks: [{ name: go, action: jira.other }]\n';
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
export async function change(
  fleet: Fleet,
  before: Files,
  after: Files,
  meanwhile?: () => Promise<unknown>,
): Promise<Plan> {
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

export async function idOf(fleet: Fleet, table: string, ref: string): Promise<string | undefined> {
  return (await fleet.sql<{ id: string }>(`SELECT id FROM ${table} WHERE ref = ?`, [ref]))[0]?.id;
}

export function operations({ changes }: Plan): string[] {
  return changes.flatMap(({ components }) => components.map(({ op, kind, ref }) => `${op} ${kind} ${ref}`));
}
