import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { WantedPack } from '../../src/desired/desired.ts';
import { loadPackFiles } from '../../src/desired/load-pack-files.ts';
import { look } from '../../src/look.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const files = { 'requirements.txt': './wheels/a.whl\n', 'wheels/a.whl': 'a' };

/** As it is wanted now, and a context that has nothing in memory. */
async function wantedOf(fleet: Fleet): Promise<WantedPack> {
  const [pack] = (await look(fleet.context)).desired.packs;
  assert.ok(pack);
  const { staged: _, ...rest } = pack;
  return rest;
}

const freshOf = ({ context }: Fleet) => ({ ...context, config: { ...context.config } });
const manifests = ['package.json', 'requirements.txt'];

async function load(fleet: Fleet, pack: WantedPack) {
  const found = await loadPackFiles(freshOf(fleet), pack, manifests);
  return found === null
    ? null
    : [[...found.names], ...manifests.map((path) => found.manifests.get(path)?.files.map((file) => file.path) ?? null)];
}

const expected = [['pack.yaml', 'requirements.txt', 'wheels'], null, ['wheels/a.whl']];

describe('what the files of a pack say of environments', () => {
  it('is read from its source where nothing else has them, and then known', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira', files);
    const pack = await wantedOf(fleet);
    assert.deepEqual(await load(fleet, pack), expected);
    await rm(join(fleet.directory, 'packs/jira'), { recursive: true });
    assert.deepEqual(await load(fleet, pack), expected);
  });

  it('is read from its published version, not from what somebody made of that', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira', files);
    await fleet.apply();
    const pack = await wantedOf(fleet);
    const published = join(fleet.context.config.packStore.directory, 'jira');
    await writeFile(join(published, 'package.json'), '{}');
    await rm(join(fleet.directory, 'packs/jira'), { recursive: true });
    assert.deepEqual(await load(fleet, pack), expected);
    await rm(join(fleet.context.config.stateDir, 'contents'), { recursive: true });
    await writeFile(join(published, 'requirements.txt'), 'edited\n');
    assert.equal(await load(fleet, pack), null);
  });

  it('is not known where its source gives something else by now', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira', files);
    const pack = await wantedOf(fleet);
    await fleet.write({ 'packs/jira/requirements.txt': 'other\n' });
    assert.equal(await load(fleet, pack), null);
  });
});
