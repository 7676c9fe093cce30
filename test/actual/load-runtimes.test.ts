import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { look } from '../../src/look.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';

describe('runtimes in Attune', () => {
  it('are read whole, whosever they are, with their versions and whether these are available', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    await fleet.sql(`UPDATE runtime_version SET available = FALSE WHERE version = '3.12'`);
    await fleet.sql(`INSERT INTO runtime (ref, name, distributions) VALUES ('mine.tool', 'Tool', '{"a": 1}')`);
    const { runtimes } = (await look(fleet.context)).actual;
    assert.deepEqual([...runtimes.keys()], ['core.python', 'core.shell', 'mine.tool']);
    assert.deepEqual(runtimes.get('core.python'), {
      ref: 'core.python',
      name: 'Python',
      packRef: 'core',
      config: { interpreter: { binary: 'python3' } },
      distributions: {},
      versions: [
        { version: '3.11', isDefault: true, available: true, config: { interpreter: { binary: 'python3.11' } } },
        { version: '3.12', isDefault: false, available: false, config: { interpreter: { binary: 'python3.12' } } },
      ],
    });
    assert.deepEqual(runtimes.get('mine.tool'), {
      ref: 'mine.tool',
      name: 'Tool',
      packRef: null,
      config: {},
      distributions: { a: 1 },
      versions: [],
    });
  });

  it('have no versions in an Attune that keeps none', async () => {
    await using fleet = await createFleet();
    await fleet.sql('DROP TABLE runtime_version');
    await fleet.sql(`INSERT INTO runtime (ref, name, distributions) VALUES ('mine.tool', 'Tool', '{}')`);
    const { runtimes } = (await look(fleet.context)).actual;
    assert.deepEqual(runtimes.get('mine.tool')?.versions, []);
  });
});
