import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RunResult } from '../../src/apply/result.ts';
import { endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

function outcomes(result: RunResult): unknown {
  return Object.fromEntries(result.packs.map(({ ref, outcome }) => [ref, outcome]));
}

function codes(result: RunResult): string[] {
  return [...result.problems, ...result.packs.flatMap(({ problems }) => problems)]
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
}

async function packs(fleet: Fleet): Promise<string[]> {
  return (await fleet.sql<{ ref: string }>('SELECT ref FROM pack ORDER BY ref')).map(({ ref }) => ref);
}

const actions = (third: string) => ({
  'actions/one.yaml': 'ref: many.one\nrunner_type: shell\nentry_point: run.sh\n',
  'actions/two.yaml': 'ref: many.two\nrunner_type: shell\nentry_point: run.sh\n',
  'actions/three.yaml': third,
  'actions/run.sh': 'true\n',
});

describe('a pack whose third action is invalid', () => {
  for (const [name, third] of [
    ['is no YAML', 'ref: [many.three\n'],
    ['has a foreign ref', 'ref: other.three\nrunner_type: shell\nentry_point: run.sh\n'],
    ['has no entry file', 'ref: many.three\nrunner_type: shell\nentry_point: gone.sh\n'],
    [
      'has an unknown delivery',
      'ref: many.three\nrunner_type: shell\nentry_point: run.sh\nparameter_delivery: pigeon\n',
    ],
  ] as const) {
    it(`because it ${name} stays as it is while others go on, and is applied once it is mended`, async () => {
      await using fleet = await createFleet();
      await fleet.writePack('core', coreFiles);
      const sound = 'ref: many.three\nrunner_type: shell\nentry_point: run.sh\n';
      await fleet.writePack('many', actions(sound));
      await fleet.apply();
      const before = await endState(fleet);
      const more = { 'actions/four.yaml': 'ref: many.four\nrunner_type: shell\nentry_point: run.sh\n' };
      await fleet.writePack('many', { ...actions(third), ...more }, { version: '2.0.0' });
      await fleet.writePack('second');
      const { result } = await fleet.apply();
      assert.deepEqual(outcomes(result), { many: 'unreadable', second: 'applied' });
      const after = await endState(fleet);
      assert.deepEqual(
        before.rows.filter((row) => !after.rows.includes(row)),
        [],
      );
      assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'many'`), [{ version: '1.0.0' }]);
      await fleet.writePack('many', actions(sound), { version: '2.0.0' });
      assert.deepEqual(outcomes((await fleet.apply()).result), { many: 'applied' });
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  }
});

describe('a ref that is a path', () => {
  for (const ref of [
    '../x',
    '/etc',
    '..',
    '.',
    'a/b',
    'a.b',
    'Größe',
    'päck',
    'x'.repeat(300),
    'a\\u0000b',
    '-x',
    '',
  ]) {
    it(`such as ${JSON.stringify(ref.slice(0, 20))} is refused in a document and in a pack, and nothing is written for it`, async () => {
      await using fleet = await createFleet();
      await fleet.writePack('good');
      await fleet.write({
        'desired/bad.yaml': `kind: Pack\nref: "${ref}"\nsource: { directory: ../packs/good }\n`,
        'packs/evil/pack.yaml': `ref: "${ref}"\nlabel: Evil\nversion: 1.0.0\n`,
        'desired/evil.yaml': 'kind: Pack\nref: evil\nsource: { directory: ../packs/evil }\n',
      });
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'failed');
      assert.ok(!codes(result).includes('unexpected'), codes(result).join());
      assert.deepEqual(outcomes(result), { evil: 'unreadable', good: 'applied' });
      assert.deepEqual(await packs(fleet), ['good']);
    });
  }

  for (const version of ['../../../x', '1.0.0/../..', '1.0', 'latest', '1.0.0+../x']) {
    it(`and a version such as ${version} too`, async () => {
      await using fleet = await createFleet();
      await fleet.writePack('evil', {}, { version: JSON.stringify(version) });
      const { result } = await fleet.apply();
      assert.deepEqual(outcomes(result), { evil: 'unreadable' });
      assert.ok(!codes(result).includes('unexpected'));
    });
  }
});

describe('a link out of a pack', () => {
  for (const target of ['/etc/passwd', '../../secret', '../core/pack.yaml']) {
    it(`to ${target} is refused in a directory, and others go on`, async () => {
      await using fleet = await createFleet();
      await fleet.write({ secret: 'mine' });
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('evil');
      await symlink(target, join(fleet.directory, 'packs/evil/leak.sh'));
      const { result } = await fleet.apply();
      assert.deepEqual(outcomes(result), { core: 'applied', evil: 'unreadable' });
      assert.ok(!codes(result).includes('unexpected'));
      assert.doesNotMatch((await endState(fleet)).store.join('\n'), /leak/);
    });

    it(`to ${target} is refused in a repository, and others go on`, async (t) => {
      await using fleet = await createFleet();
      const directory = await temporaryDirectory(t);
      const manifest = 'ref: evil\nlabel: Evil\nversion: 1.0.0\n';
      const remote = await createRemote(directory, { 'pack.yaml': manifest, 'leak.sh': { link: target } });
      await fleet.writePack('core', coreFiles);
      await fleet.write({
        'desired/evil.yaml': `kind: Pack\nref: evil\nsource: { git: { url: "${remote.url}", branch: main } }\n`,
      });
      const { result } = await fleet.apply();
      assert.deepEqual(outcomes(result), { core: 'applied', evil: 'unreadable' });
      assert.ok(!codes(result).includes('unexpected'));
      await remote.commit({ 'leak.sh': 'true\n' });
      assert.deepEqual(outcomes((await fleet.apply()).result), { evil: 'applied' });
    });
  }

  it('or a directory of a pack that is a link is refused too', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('evil');
    await fleet.write({ 'elsewhere/run.yaml': 'ref: evil.run\nrunner_type: shell\nentry_point: run.sh\n' });
    await symlink('../../elsewhere', join(fleet.directory, 'packs/evil/actions'));
    assert.deepEqual(outcomes((await fleet.apply()).result), { evil: 'unreadable' });
    await rm(join(fleet.directory, 'packs/evil'), { recursive: true });
    await symlink('../elsewhere', join(fleet.directory, 'packs/evil'));
    assert.deepEqual(await packs(fleet), []);
  });
});

describe('a desired directory that is being changed', () => {
  async function installed(fleet: Fleet): Promise<string> {
    await fleet.writePack('one');
    await fleet.writePack('two');
    await fleet.apply();
    return join(fleet.directory, 'desired');
  }

  it('by git, half-way through, removes nothing, whatever is missing', async () => {
    await using fleet = await createFleet();
    const desired = await installed(fleet);
    await mkdir(join(fleet.directory, '.git'));
    await writeFile(join(fleet.directory, '.git/index.lock'), '');
    await unlink(join(desired, 'one.yaml'));
    const { plan, result } = await fleet.apply();
    assert.deepEqual(plan.changes, []);
    assert.ok(result.problems.some(({ code }) => code === 'entry-changing'));
    assert.deepEqual(await packs(fleet), ['one', 'two']);
    await unlink(join(fleet.directory, '.git/index.lock'));
    assert.deepEqual(
      (await fleet.plan()).changes.map(({ ref, action }) => [ref, action]),
      [['one', 'remove']],
    );
  });

  it('by a rename of the whole is read as what is there now', async () => {
    await using fleet = await createFleet();
    const desired = await installed(fleet);
    await fleet.writePack('three');
    await mkdir(join(fleet.directory, 'next'));
    for (const ref of ['one', 'two', 'three']) {
      await fleet.write({ [`next/${ref}.yaml`]: `kind: Pack\nref: ${ref}\nsource: { directory: ../packs/${ref} }\n` });
    }
    await rename(desired, join(fleet.directory, 'before'));
    await rename(join(fleet.directory, 'next'), desired);
    const { plan } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ ref, action }) => [ref, action]),
      [['three', 'install']],
    );
  });

  it('as Kubernetes does it, by a link that is switched, is read once and whole', async () => {
    await using fleet = await createFleet();
    const desired = await installed(fleet);
    await rm(desired, { recursive: true });
    await mkdir(desired);
    const text = (ref: string) => `kind: Pack\nref: ${ref}\nsource: { directory: ../packs/${ref} }\n`;
    // Relative sources are relative to the path that people wrote, not to where the links lead.
    await fleet.write({ 'desired/..a/one.yaml': text('one'), 'desired/..a/two.yaml': text('two') });
    await symlink('..a', join(desired, '..data'));
    for (const ref of ['one', 'two', 'three']) await symlink(`..data/${ref}.yaml`, join(desired, `${ref}.yaml`));
    const broken = await fleet.apply();
    assert.ok(codes(broken.result).includes('entry-unreadable'), 'a link to a document that is not there yet');
    assert.deepEqual(broken.plan.changes, []);
    await fleet.writePack('three', {}, {});
    await fleet.write({ 'desired/three.yaml': null });
    await fleet.write({
      'desired/..b/one.yaml': text('one'),
      'desired/..b/two.yaml': text('two'),
      'desired/..b/three.yaml': text('three'),
    });
    await symlink('..b', join(desired, '..next'));
    await rename(join(desired, '..next'), join(desired, '..data'));
    await symlink('..data/three.yaml', join(desired, 'three.yaml'));
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ ref, action }) => [ref, action]),
      [['three', 'install']],
    );
    assert.equal(result.outcome, 'applied');
  });

  it('by a file that comes and goes with rubbish in it never removes anything', async () => {
    await using fleet = await createFleet();
    const desired = await installed(fleet);
    for (const rubbish of [
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.alloc(10),
      Buffer.from('kind: Pa'),
      Buffer.from('\u0000'),
    ]) {
      await writeFile(join(desired, 'one.yaml'), rubbish);
      const { plan } = await fleet.apply();
      assert.deepEqual(plan.changes, [], rubbish.toString('hex'));
    }
    assert.deepEqual(await packs(fleet), ['one', 'two']);
  });

  it('to an empty one from the start is nothing to do, not an error', async () => {
    await using fleet = await createFleet();
    const { plan, result } = await fleet.apply();
    assert.deepEqual([plan.changes, plan.problems, result.packs], [[], [], []]);
    assert.equal(result.outcome, 'unchanged');
    assert.equal((await fleet.apply()).result.run, null);
  });
});

describe('documents that do not agree', () => {
  it('two for one ref are an error that names both, and the pack stays as installed', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('one');
    await fleet.apply();
    await fleet.write({ 'desired/again.yaml': 'kind: Pack\nref: one\nsource: { directory: ../packs/core }\n' });
    await fleet.writePack('two');
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ ref }) => ref),
      ['two'],
    );
    const found = result.problems.filter(({ severity }) => severity === 'error');
    assert.match(JSON.stringify(found), /again\.yaml/);
    assert.match(JSON.stringify(found), /one\.yaml/);
    assert.deepEqual(await packs(fleet), ['core', 'one', 'two']);
  });

  it('a document for another pack than its source holds is an error of that document', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.write({ 'desired/other.yaml': 'kind: Pack\nref: other\nsource: { directory: ../packs/core }\n' });
    const { result } = await fleet.apply();
    assert.deepEqual(outcomes(result), { core: 'applied', other: 'unreadable' });
    assert.deepEqual(codes(result), ['ref-mismatch']);
  });

  it('two hundred of them are planned and applied in one pass', async () => {
    await using fleet = await createFleet();
    const texts = Array.from({ length: 200 }, (_, index) => `pack${index}`);
    await fleet.write(
      Object.fromEntries(
        texts.flatMap((ref) => [[`packs/${ref}/pack.yaml`, `ref: ${ref}\nlabel: ${ref}\nversion: 1.0.0\n`]]),
      ),
    );
    await fleet.write({
      'desired/all.yaml': texts
        .map((ref) => `kind: Pack\nref: ${ref}\nsource: { directory: ../packs/${ref} }\n`)
        .join('---\n'),
    });
    const { result } = await fleet.apply();
    assert.equal(result.packs.filter(({ outcome }) => outcome === 'applied').length, 200);
    assert.deepEqual((await fleet.apply()).result.unchanged, 200);
  });

  it('a switch of a component that the pack does not have is a warning, and the pack is installed', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles, { document: 'enabled: { shop.gone: false, shop.ordered: false }\n' });
    const { plan, result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.match(JSON.stringify(plan.changes.find(({ ref }) => ref === 'shop')?.warnings), /shop\.gone/);
    assert.deepEqual(await fleet.sql(`SELECT enabled FROM trigger WHERE ref = 'shop.ordered'`), [{ enabled: false }]);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
