import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFleet } from '../support/fleet.ts';

describe('the checksum in a document', () => {
  it('of content that is installed already is recorded as verified, once, and stays so', async () => {
    await using fleet = await createFleet();
    const files = { 'triggers/tick.yaml': 'ref: demo.tick\n' };
    await fleet.writePack('demo', files);
    await fleet.apply();
    const [row] = await fleet.sql<{ checksum: string }>('SELECT checksum, checksum_verified FROM pack');
    assert.deepEqual(row, { checksum: row?.checksum, checksum_verified: false });
    await fleet.writePack('demo', {}, { document: `checksum: "sha256:${row?.checksum}"\n` });
    const { plan, result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(
      plan.changes.map(({ action, reason, files, pack }) => [action, reason.code, files, pack.fields]),
      [
        [
          'configure',
          'config-changed',
          false,
          [{ field: 'checksum_verified', before: false, after: true, why: 'changed' }],
        ],
      ],
    );
    assert.deepEqual(await fleet.sql('SELECT checksum_verified FROM pack'), [{ checksum_verified: true }]);
    assert.deepEqual((await fleet.plan()).changes, []);
    await fleet.writePack('demo', {});
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
