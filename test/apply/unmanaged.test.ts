import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packList } from '../../src/commands/pack-list.ts';
import { renderPlanText } from '../../src/plan/render/render-plan-text.ts';
import { fileVersions, installByAttune, rowVersions } from '../support/attune-install.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack } from '../support/packs.ts';

const loose = Object.fromEntries(
  Object.entries(shopFiles).map(([path, text]) => [path, text.replaceAll('shop.', 'loose.')]),
);

for (const like of ['ours', 'attune'] as const) {
  describe(`packs that no document names, in a database like ${like}`, () => {
    it('are not written to, row or file, while others are installed, reinstalled, taken back and removed', async () => {
      await using fleet = await createFleet({ like });
      await installByAttune(fleet, [
        { ref: 'core', files: coreFiles },
        { ref: 'loose', files: loose },
      ]);
      await fleet.sql(
        `INSERT INTO key (ref, owner_type, owner_pack, owner_pack_ref, name, encrypted, value)
         SELECT 'loose.k', 'pack', id, ref, 'k', FALSE, 'v' FROM pack WHERE ref = 'loose'`,
      );
      await fleet.sql(`UPDATE pack SET config = '{"a": 1}' WHERE ref = 'loose'`);
      const before = await seen(fleet);
      assert.ok(before.rows.length > 9 && before.files.length > 9);

      const steps: [name: string, change: () => Promise<void>, actions: readonly string[]][] = [
        ['install', () => fleet.writePack('one', minimalPack('one') as Record<string, string>), ['install']],
        ['install beside', () => fleet.writePack('two', minimalPack('two') as Record<string, string>), ['install']],
        ['reinstall', () => fleet.writePack('one', { 'lib/new': 'new' }, { version: '2.0.0' }), ['reinstall']],
        ['go back', () => fleet.writePack('one', { 'lib/new': null }), ['reinstall']],
        ['remove', () => rm(join(fleet.directory, 'desired/one.yaml')), ['remove']],
      ];
      for (const [name, change, actions] of steps) {
        await change();
        const { plan } = await fleet.apply();
        assert.deepEqual(
          plan.changes.map(({ action }) => action),
          actions,
          name,
        );
        assert.deepEqual(plan.unmanaged, ['core', 'loose'], name);
        assert.deepEqual(await seen(fleet), before, name);
      }
    });
  });
}

describe('what is unmanaged', () => {
  it('is told in the last lines of the plan, and listed', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [
      { ref: 'core', files: coreFiles },
      { ref: 'loose', files: loose },
    ]);
    await fleet.writePack('one', minimalPack('one') as Record<string, string>);
    await fleet.apply();
    const lines = renderPlanText(await fleet.plan(), { color: false, width: 100 })
      .trimEnd()
      .split('\n');
    assert.match(lines.slice(-3).join('\n'), /^unmanaged +left as they are: core, loose$/m);
    const listed = await packList(fleet.context, { unmanaged: true });
    assert.deepEqual(
      listed.map(({ ref, manager }) => [ref, manager]),
      [
        ['core', null],
        ['loose', null],
      ],
    );
  });
});

async function seen(fleet: Fleet) {
  const store = join(fleet.directory, 'store');
  return {
    rows: [...(await rowVersions(fleet, 'loose')), ...(await rowVersions(fleet, 'core'))],
    files: [...(await fileVersions(join(store, 'loose'))), ...(await fileVersions(join(store, 'core')))],
  };
}
