import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KindName, kinds } from '../../src/packs/kinds.ts';
import { readPack } from '../../src/packs/read-pack.ts';
import { minimalPack, type PackFiles, writePack } from '../support/packs.ts';

/** For each kind that has files of its own, and for workflows where an action names them, one of another pack. */
const foreign: Readonly<Record<Exclude<KindName, 'runtime_version'>, PackFiles>> = {
  runtime: { 'runtimes/a.yaml': 'ref: other.a\nname: A\n' },
  trigger: { 'triggers/a.yaml': 'ref: other.a\n' },
  permission_set: { 'permission_sets/a.yaml': 'ref: other.a\ngrants: []\n' },
  workflow: {
    'actions/flow.yaml': 'ref: demo.flow\nworkflow_file: workflows/a.yaml\n',
    'actions/workflows/a.yaml': 'ref: other.a\nversion: 1.0.0\ntasks: [{ name: one, action: core.noop }]\n',
  },
  action: { 'actions/a.yaml': 'ref: other.a\nrunner_type: shell\nentry_point: hello.sh\n' },
  sensor: {
    'sensors/a.yaml': 'ref: other.a\nrunner_type: python\nentry_point: a.py\ntrigger_types: [core.timer]\n',
    'sensors/a.py': '',
  },
  policy: { 'policies/a.yaml': 'ref: other.a\nname: A\naction_ref: demo.hello\nmethod: cancel\nthreshold: 1\n' },
  rule: { 'rules/a.yaml': 'ref: other.a\nlabel: A\ntrigger_ref: core.timer\naction_ref: demo.hello\n' },
};

describe('a component belongs to the pack that its ref begins with, so that no pack can give one to another:', () => {
  for (const [kind, files] of Object.entries(foreign)) {
    it(`a ${kind.replace('_', ' ')} with another pack’s ref is an error`, async () => {
      const { content, problems } = await readPack(await writePack({ ...minimalPack(), ...files }));
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error').map(({ code }) => code),
        ['foreign-ref'],
      );
      assert.equal(content, null);
    });
  }

  it('versions of a runtime go by the ref of their runtime', async () => {
    const { content } = await readPack(
      await writePack({
        ...minimalPack(),
        'runtimes/a.yaml': 'ref: demo.a\nname: A\nversions: [{ version: "1.2" }]\n',
      }),
    );
    assert.ok(content?.components.some(({ kind, ref }) => kind === 'runtime_version' && ref === 'demo.a@1.2'));
  });

  it('every kind is among these', () => {
    assert.deepEqual([...Object.keys(foreign), 'runtime_version'].toSorted(), kinds.map(({ name }) => name).toSorted());
  });

  it('a pack whose ref only begins like another’s is another pack', async () => {
    const files = minimalPack('demo-more', { 'triggers/a.yaml': 'ref: demo.a\n' });
    const { problems } = await readPack(await writePack(files));
    assert.ok(problems.some(({ code }) => code === 'foreign-ref'));
  });
});
