import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packShow } from '../../src/commands/pack-show.ts';
import { renderPackShowJson, renderPackShowText } from '../../src/commands/render-pack-show.ts';
import { renderStatusJson, renderStatusText } from '../../src/commands/render-status.ts';
import { status } from '../../src/commands/status.ts';
import { formatAge } from '../../src/text/format-age.ts';
import { createFleet } from '../support/fleet.ts';

const text = { color: false, width: 120 };
const nothing = { documents: [], mentioned: [], entries: [], problems: [] };
const key = '0123456789abcdef0123456789abcdef';
const python = `ref: core.python
name: Python
execution_config:
  interpreter: { binary: python3 }
  environment: { env_type: virtualenv, dir_name: .venv, interpreter_path: "{env_dir}/bin/python3" }
versions: [{ version: "3.11" }]
`;

/** Two packs that are led to one environment, which stands for three days. */
async function scene() {
  const fleet = await createFleet();
  await fleet.writePack('core', { 'runtimes/python.yaml': python });
  await fleet.writePack('jira', {
    'actions/go.yaml': 'ref: jira.go\nrunner_type: core.python\nentry_point: go.py\n',
    'actions/go.py': '',
  });
  await fleet.writePack('slack');
  await fleet.apply();
  const store = fleet.context.config.packStore.directory;
  const place = join(store, '.environments', key);
  await mkdir(join(place, '.venv/bin'), { recursive: true });
  await writeFile(join(place, '.venv/bin/python3'), '', { mode: 0o755 });
  const mark = {
    formatVersion: 1,
    key,
    runtime: 'core.python',
    version: null,
    interpreter: null,
    manifest: null,
    builtAt: '2026-01-01T00:00:00.000Z',
    durationMs: 4000,
    bytes: 27_262_976,
  };
  await writeFile(join(place, '.complete'), JSON.stringify(mark));
  for (const ref of ['jira', 'slack']) await symlink(`../../../.environments/${key}/.venv`, join(store, ref, '.venv'));
  const context = { ...fleet.context, now: () => new Date('2026-01-04T01:00:00.000Z') };
  return { fleet, context, place };
}

describe('the environments of installed packs', () => {
  it('are listed by status, one that packs share once, with age and size', async () => {
    const { fleet, context } = await scene();
    await using _ = fleet;
    const found = await status(context, nothing);
    const shown = renderStatusText(found, text);
    assert.match(
      shown,
      /ENVIRONMENT +STATE +AGE +SIZE +PACKS\n\.venv of core\.python +ready +3 days +26\.0 MiB +jira, slack\n/,
    );
    const { packs } = JSON.parse(JSON.stringify(renderStatusJson(found))) as {
      packs: { ref: string; environments?: object[] }[];
    };
    assert.deepEqual(packs.find(({ ref }) => ref === 'jira')?.environments, [
      {
        key,
        link: '.venv',
        runtime: 'core.python',
        version: null,
        state: 'ready',
        fault: null,
        builtAt: '2026-01-01T00:00:00.000Z',
        bytes: 27_262_976,
        ageMs: 262_800_000,
      },
    ]);
    assert.equal(packs.find(({ ref }) => ref === 'core')?.environments, undefined);
    assert.ok(!renderStatusText(await status(context, { ...nothing, ref: 'core' }), text).includes('ENVIRONMENT'));
  });

  it('are listed by pack show, with what is wrong with them', async () => {
    const { fleet, context, place } = await scene();
    await using _ = fleet;
    const lines = async () => {
      const shown = renderPackShowText(await packShow(context, 'jira'), text).split('\n');
      const start = shown.indexOf('Environments:');
      return shown.slice(start + 2, start + 3).map((line) => line.trim().replace(/ {2,}/g, ' | '));
    };
    assert.deepEqual(await lines(), ['.venv of core.python | ready | 3 days | 26.0 MiB']);
    assert.deepEqual(
      (renderPackShowJson(await packShow(context, 'core')) as { environments?: object }).environments,
      [],
    );
    await rm(join(place, '.venv/bin/python3'));
    assert.deepEqual(await lines(), ['.venv of core.python | broken: bin/python3 is missing | 3 days | 26.0 MiB']);
    await rm(join(place, '.complete'));
    assert.deepEqual(await lines(), ['.venv of core.python | half-built | - | -']);
    await rm(place, { recursive: true });
    assert.deepEqual(await lines(), ['.venv of core.python | missing | - | -']);
    const workers = join(fleet.directory, 'workers');
    Object.assign(context.config.environments, { directory: workers });
    await mkdir(join(workers, 'jira'), { recursive: true });
    await symlink(join(place, '.venv'), join(workers, 'jira/python-3.11'));
    assert.deepEqual(await lines(), ['.venv of core.python 3.11 | missing | - | -']);
  });
});

describe('an age', () => {
  for (const [milliseconds, expected] of [
    [0, 'less than a minute'],
    [59_999, 'less than a minute'],
    [60_000, '1 minute'],
    [7_200_000, '2 hours'],
    [86_400_000, '1 day'],
    [260_000_000, '3 days'],
  ] as const) {
    it(`of ${milliseconds} ms is ${expected}`, () => {
      assert.equal(formatAge(milliseconds), expected);
    });
  }
});
