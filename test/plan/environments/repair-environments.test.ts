import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeOf, codesOf, repair, report, wanted } from '../build.ts';
import {
  built,
  core,
  jira,
  keyOf,
  type Parts,
  place,
  pythonConfig,
  right,
  told,
  upgrade,
  whole,
  wrong,
} from './scene.ts';

describe('a pack that does not change otherwise', () => {
  const packs = [core(), jira()];
  const state = (parts: object) => ({ ...whole(), states: { [keyOf()]: { ...built(keyOf()), ...parts } } });
  const again = (parts: Parts, options = repair) => upgrade(packs, packs, parts, options);

  it('stays as it is where its environment does', () => {
    const found = again(whole());
    assert.deepEqual(found.changes, []);
    assert.deepEqual(found.unchanged, ['core', 'jira']);
    assert.deepEqual(found.notes, []);
  });

  const broken: readonly (readonly [string, object, string])[] = [
    ['lost its interpreter', { fault: 'bin/python3 is missing' }, 'rebuild .venv bin/python3 is missing'],
    ['lost its mark', { mark: null }, 'rebuild .venv half-built'],
    ['is gone', { mark: null, isThere: false }, 'build .venv not there any more'],
  ];
  for (const [what, parts, line] of broken) {
    it(`is repaired where its environment ${what}, and only told of with drift: report`, () => {
      const change = changeOf(again(state(parts)), 'jira');
      assert.deepEqual([change.action, change.reason.code, change.files], ['repair', 'environment-broken', false]);
      assert.deepEqual(told(change.environments), [line]);
      assert.ok(change.reason.sentence.startsWith('environment .venv: '), change.reason.sentence);
      const only = again(state(parts), report);
      assert.deepEqual(only.changes, []);
      assert.deepEqual(codesOf(only.notes), ['environment-broken']);
    });
  }

  for (const options of [repair, report]) {
    it(`gets an environment that it never had, with drift: ${options.drift}`, () => {
      const change = changeOf(again({}, options), 'jira');
      assert.deepEqual([change.action, change.reason.code], ['repair', 'environment-changed']);
      assert.equal(change.reason.sentence, 'environment .venv: not built yet');
      assert.deepEqual(told(change.environments), ['build .venv not built yet']);
    });

    it(`gets another one where the runtime changes, after that, with drift: ${options.drift}`, () => {
      const newer = core(pythonConfig('python3.11'), [], '1.1.0');
      const found = upgrade(packs, [newer, jira()], whole(), options);
      const change = changeOf(found, 'jira');
      assert.deepEqual([change.action, change.reason.code], ['repair', 'environment-changed']);
      assert.deepEqual(change.after, ['core']);
      assert.deepEqual(told(change.environments), ['build .venv core.python changed']);
    });

    it(`is led to its environment again, with drift: ${options.drift}`, () => {
      const parts = { ...whole(), links: { [place(jira())]: wrong(null) } };
      const change = changeOf(again(parts, options), 'jira');
      assert.deepEqual(told(change.environments), ['link .venv already built']);
    });
  }

  it('says where a link of its leads that somebody changed, or what is gone', () => {
    const lost = '0'.repeat(32);
    const led = (parts: Parts) => changeOf(again({ ...whole(), ...parts }), 'jira').reason.sentence;
    const links = { [place(jira())]: wrong(lost) };
    assert.equal(
      led({ links }),
      `environment .venv: its link leads to .environments/${lost}, which is not there, already built`,
    );
    const half = { ...whole().states, [lost]: { mark: null, isThere: true, fault: null } };
    assert.match(led({ links, states: half }), /which is half-built, already built$/);
    assert.equal(led({ links: { [place(jira())]: wrong(keyOf()) } }), 'environment .venv: its link leads elsewhere');
    const next = jira({ version: '1.1.0' });
    const upgraded = upgrade(packs, [core(), next], { links: { [place(jira())]: right(lost) } });
    assert.deepEqual(told(changeOf(upgraded, 'jira').environments), ['build .venv the one before is gone']);
  });

  it('is led to by Attune’s workers where they look', () => {
    const links = { ...whole().links };
    const workers = { ...whole(), hasWorkers: true };
    assert.deepEqual(told(changeOf(again(workers), 'jira').environments), ['link .venv workers are not led to it yet']);
    const occupied = { ...workers, links: { ...links, 'workers/jira/python': wrong(null) } };
    assert.deepEqual(told(changeOf(again(occupied), 'jira').environments), ['link .venv a worker built another']);
    const done = { ...workers, links: { ...links, 'workers/jira/python': right(keyOf()) } };
    assert.deepEqual(again(done).changes, []);
  });

  it('is not touched where its interpreter left the machine, and that is told', () => {
    const found = again({ ...whole(), interpreters: { python3: null } });
    assert.deepEqual(found.changes, []);
    assert.deepEqual(found.notes, [
      {
        code: 'interpreter-missing',
        sentence: 'jira: python3 is not on this machine, and core.python builds environments with it',
        rows: ['runtime core.python'],
      },
    ]);
  });

  it('is blocked where its environment is broken and nobody can make another', () => {
    const unusable = { jira: 'environment .venv: bin/python3 cannot be run' };
    const parts = { ...whole(), interpreters: { python3: null }, unusable };
    const change = changeOf(again(parts), 'jira');
    assert.deepEqual(
      [change.action, change.reason, codesOf(change.blocks)],
      ['repair', { code: 'environment-broken', sentence: unusable.jira }, ['interpreter-missing']],
    );
    assert.deepEqual(again(parts, report).changes, []);
  });

  it('has its environments built anew where a person asks for it whole, however it is with drift', () => {
    for (const options of [repair, report]) {
      const slack = wanted(
        'slack',
        jira().content.components.map((one) => ({ ...one, ref: one.ref.replace('jira', 'slack') })),
      );
      const three = [...packs, slack];
      const links = { ...whole().links, [place(slack)]: right(keyOf()) };
      const found = upgrade(three, three, { ...whole(), links }, { ...options, reinstall: ['jira'] });
      assert.deepEqual(told(changeOf(found, 'jira').environments), ['rebuild .venv asked for']);
      assert.deepEqual(found.unchanged, ['core', 'slack']);
    }
    const asked = { ...repair, reinstall: ['jira'] };
    const lines = (parts: object) => told(changeOf(again(state(parts), asked), 'jira').environments);
    assert.deepEqual(lines({ fault: 'bin/python3 is missing' }), ['rebuild .venv bin/python3 is missing']);
    assert.deepEqual(lines({ mark: null, isThere: false }), ['build .venv not there any more']);
  });

  it('keeps the environment of the rows where the change of its runtime is not made', () => {
    const newer = core(pythonConfig('python3.12'), [], '1.1.0');
    const blocked = wanted('core', newer.content.components, { version: '1.1.0', dependencies: ['gone'] });
    const found = upgrade(packs, [blocked, jira()], whole());
    assert.deepEqual(codesOf(changeOf(found, 'core').blocks), ['missing-dependency']);
    assert.deepEqual(found.unchanged, ['jira']);
  });

  it('lists its environments only where something is to be done about one', () => {
    const configured = wanted('jira', jira().content.components, { document: { prune: false } });
    const kept = changeOf(upgrade(packs, [core(), configured], whole()), 'jira');
    assert.deepEqual([kept.action, kept.environments], ['configure', undefined]);
    const lost = changeOf(upgrade(packs, [core(), configured], state({ fault: 'bin/python3 is missing' })), 'jira');
    assert.deepEqual([lost.action, told(lost.environments)], ['configure', ['rebuild .venv bin/python3 is missing']]);
    const only = changeOf(
      upgrade(packs, [core(), configured], state({ fault: 'bin/python3 is missing' }), report),
      'jira',
    );
    assert.deepEqual([only.action, only.environments], ['configure', undefined]);
  });
});
