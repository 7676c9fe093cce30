import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { history } from '../../src/commands/history.ts';
import { listRuntimes } from '../../src/commands/runtimes/list-runtimes.ts';
import { placeUsers } from '../../src/commands/runtimes/place-users.ts';
import { renderRuntimeListText } from '../../src/commands/runtimes/render-runtime-list.ts';
import { renderVerificationText } from '../../src/commands/runtimes/render-verification.ts';
import { verifyRuntimes } from '../../src/commands/runtimes/verify-runtimes.ts';
import { SyncError } from '../../src/errors.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createReader } from '../support/create-reader.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const runtimes = {
  'runtimes/tool.yaml': `ref: core.tool
name: Tool
distributions: { verification: { commands: [{ binary: tool, args: [--version], pattern: "tool \\\\d" }] } }
execution_config: { interpreter: { binary: tool } }
versions:
  - version: "2.0"
    is_default: true
    distributions: { verification: { commands: [{ binary: tool2, optional: true }, { binary: tool, pattern: "tool 2" }] } }
  - version: "10.1"
    execution_config: { interpreter: { binary: tool10 } }
`,
  'runtimes/native.yaml':
    'ref: core.native\nname: Native\ndistributions: { verification: { always_available: true } }\n',
};
const user = {
  'actions/go.yaml': 'ref: jira.go\nrunner_type: core.tool\nentry_point: go.tool\n',
  'actions/go.tool': 'x\n',
};

/** A machine with `tool` in version 2, and not with `tool10`. */
async function installed(fleet: Fleet): Promise<void> {
  await fleet.write({ 'bin/tool': '#!/bin/sh\necho "tool 2.0.7"\n' });
  await chmod(join(fleet.directory, 'bin/tool'), 0o755);
  await fleet.writePack('core', runtimes);
  await fleet.writePack('jira', user);
  await fleet.apply();
}

function verifyIn(fleet: Fleet, refs: readonly string[] = [], write = false) {
  const environment = { PATH: `${join(fleet.directory, 'bin')}:${process.env.PATH ?? ''}` };
  return verifyRuntimes({ ...fleet.context, environment }, { refs, write, who: 'ada@here', lockTimeoutMs: 20_000 });
}

async function rows(fleet: Fleet): Promise<unknown[]> {
  return fleet.sql(
    `SELECT version, available, verified_at IS NOT NULL AS verified FROM runtime_version ORDER BY version_major`,
  );
}

const plain = { color: false, width: Number.POSITIVE_INFINITY };

describe('runtimes', () => {
  let fleet: Fleet;
  before(async () => {
    fleet = await createFleet();
    await installed(fleet);
    await writeConfig(fleet);
  });
  after(() => fleet[Symbol.asyncDispose]());

  describe('runtimes list', () => {
    it('shows each runtime with its versions, by number, the default, and the packs that use it', async () => {
      await using own = await createFleet();
      await installed(own);
      await own.sql(
        `UPDATE runtime_version SET available = FALSE, verified_at = '2026-01-02T03:04:05Z' WHERE version = '10.1'`,
      );
      const list = await listRuntimes(own.context);
      const text = renderRuntimeListText(list, plain)
        .split('\n')
        .map((line) => line.trimEnd());
      assert.deepEqual(text, [
        'RUNTIME         DEFAULT  AVAILABLE     VERIFIED              USED BY',
        'core.native     -        -             -                     no pack',
        'core.tool       -        -             -                     jira',
        'core.tool@2.0   default  not verified  -                     -',
        'core.tool@10.1  -        no            2026-01-02 03:04:05Z  -',
        '',
        '2 runtimes, 2 versions.',
        '',
      ]);
    });

    it('names packs at the version that their environments are of', async () => {
      await using own = await createFleet();
      await own.writePack('slack', { ...user, 'actions/go.yaml': user['actions/go.yaml'].replace('jira', 'slack') });
      await installed(own);
      const store = own.context.config.packStore.directory;
      const key = '0123456789abcdef'.repeat(2);
      const mark = {
        ...{ formatVersion: 1, key, runtime: 'core.tool', version: '10.1', interpreter: null, manifest: null },
        ...{ builtAt: '2026-01-01T00:00:00.000Z', durationMs: 1, bytes: 1 },
      };
      await mkdir(join(store, '.environments', key, '.env'), { recursive: true });
      await writeFile(join(store, '.environments', key, '.complete'), JSON.stringify(mark));
      await symlink(`../../../.environments/${key}/.env`, join(store, 'jira/.env'));
      const used = async () => {
        const text = renderRuntimeListText(await placeUsers(own.context, await listRuntimes(own.context)), plain);
        return text
          .split('\n')
          .slice(2, 5)
          .map((line) => line.trim().split(/ {2,}/).at(-1));
      };
      assert.deepEqual(await used(), ['slack', '-', 'jira']);
      await symlink(`../../../.environments/${key}/.env`, join(store, 'slack/.env'));
      assert.deepEqual(await used(), ['-', '-', 'jira, slack']);
    });

    it('is told of several defaults, which no file may have and rows can', async () => {
      await using own = await createFleet();
      await installed(own);
      await own.sql('UPDATE runtime_version SET is_default = TRUE');
      assert.deepEqual((await listRuntimes(own.context)).notes, [
        'core.tool has several defaults, and at most one is expected: 2.0, 10.1.',
      ]);
    });

    it('shows the same as JSON and YAML, to a role that has only SELECT', async () => {
      await using reader = await createReader(fleet);
      const [json, yaml] = await Promise.all(
        ['json', 'yaml'].map((format) =>
          runInside(fleet, ['runtimes', 'list', '--output', format], { url: reader.url }),
        ),
      );
      assert.equal(json?.code, 0, json?.err);
      assert.deepEqual(parse(yaml?.out ?? ''), JSON.parse(json?.out ?? ''));
      assert.deepEqual(JSON.parse(json?.out ?? '').runtimes[1], {
        ref: 'core.tool',
        name: 'Tool',
        pack: 'core',
        usedBy: ['jira'],
        versions: [
          { version: '2.0', isDefault: true, available: true, verifiedAt: null, usedBy: [] },
          { version: '10.1', isDefault: false, available: true, verifiedAt: null, usedBy: [] },
        ],
      });
    });

    it('says of an Attune without versions that it has none', async () => {
      await using own = await createFleet();
      await installed(own);
      await own.sql('DROP TABLE runtime_version CASCADE');
      const { runtimes: found, notes } = await listRuntimes(own.context);
      assert.deepEqual(
        found.map(({ versions }) => versions),
        [[], []],
      );
      assert.match(notes[0] ?? '', /no table runtime_version/);
    });
  });

  describe('runtimes verify', () => {
    it('runs what each runtime and version says, tells what it found, and writes nothing', async () => {
      const before = await rows(fleet);
      const found = await verifyIn(fleet);
      const text = renderVerificationText(found, plain)
        .split('\n')
        .map((line) => line.trimEnd());
      assert.deepEqual(text, [
        'RUNTIME         AVAILABLE  IN ATTUNE  FOUND',
        'core.native     yes        -          always available',
        'core.tool       yes        -          tool --version: tool 2.0.7',
        'core.tool@2.0   yes        yes        tool: tool 2.0.7',
        'core.tool@10.1  no         yes        tool10 --version: not on this machine',
        '',
        '3 available, 1 not available. Nothing was written: --write records in Attune which versions are available.',
        '',
      ]);
      assert.deepEqual(await rows(fleet), before);
      assert.deepEqual(
        await history(fleet.context, { limit: 9 }).then((all) => all.filter(({ cause }) => cause !== 'apply')),
        [],
      );
    });

    it('records with --write what is available and when, once, and history says who; a plan stays empty', async () => {
      await using own = await createFleet();
      await installed(own);
      const { isWritten } = await verifyIn(own, [], true);
      assert.equal(isWritten, true);
      assert.deepEqual(await rows(own), [
        { version: '2.0', available: true, verified: true },
        { version: '10.1', available: false, verified: true },
      ]);
      const [change] = await history(own.context, { ref: 'core', limit: 1 });
      assert.deepEqual(
        [change?.cause, change?.who, change?.outcome, change?.reason],
        [
          'runtimes verify',
          'ada@here',
          'applied',
          'runtimes verified: core.tool 2.0 available, core.tool 10.1 not available',
        ],
      );
      assert.deepEqual((await own.plan()).changes, []);
    });

    it('judges a version without a config of its own by the interpreter of the runtime, and leaves what it cannot ask', async () => {
      await using own = await createFleet();
      await installed(own);
      await own.writePack('core', {
        'runtimes/tool.yaml': `ref: core.tool
name: Tool
execution_config: { interpreter: { binary: tool } }
versions: [{ version: "2", execution_config: {} }, { version: "3.9" }]
`,
        'runtimes/bare.yaml': 'ref: core.bare\nname: Bare\nversions: [{ version: "10" }]\n',
      });
      await own.apply();
      const found = await verifyIn(own, [], true);
      const lines = renderVerificationText(found, plain)
        .split('\n')
        .map((line) => line.trimEnd());
      assert.deepEqual(lines, [
        'RUNTIME        AVAILABLE  IN ATTUNE  FOUND',
        'core.bare      yes        -          it has no interpreter',
        'core.bare@10   -          yes        it has no interpreter to ask',
        'core.native    yes        -          always available',
        'core.tool      yes        -          tool --version: tool 2.0.7',
        'core.tool@2    yes        yes        tool --version: tool 2.0.7',
        'core.tool@3.9  no         yes        tool --version: it is 2.0.7, and not 3.9',
        '',
        '4 available, 1 not available, 1 not known. Recorded in Attune for 2 versions.',
        '',
      ]);
      assert.deepEqual(await rows(own), [
        { version: '2', available: true, verified: true },
        { version: '3.9', available: false, verified: true },
        { version: '10', available: true, verified: false },
      ]);
    });

    it('is about single runtimes, versions, or all of a pack', async () => {
      await using own = await createFleet();
      await installed(own);
      const names = async (...refs: string[]) =>
        (await verifyIn(own, refs)).verified.map(({ runtime, version }) =>
          version === null ? runtime : `${runtime}@${version}`,
        );
      assert.deepEqual(await names('core.native'), ['core.native']);
      assert.deepEqual(await names('core.tool@10.1'), ['core.tool@10.1']);
      assert.deepEqual(await names('core.tool'), ['core.tool', 'core.tool@2.0', 'core.tool@10.1']);
      assert.equal((await names('core')).length, 4);
      await verifyIn(own, ['core.tool@2.0'], true);
      assert.deepEqual(await rows(own), [
        { version: '2.0', available: true, verified: true },
        { version: '10.1', available: true, verified: false },
      ]);
    });

    it('asks as the user that builds, in a directory of theirs', { skip: process.getuid?.() !== 0 }, async () => {
      await using own = await createFleet();
      const check = {
        binary: 'sh',
        args: ['-c', 'id -u; touch "$HOME/mine" && stat -c %u "$HOME/mine"'],
        pattern: '^65534\\s65534',
      };
      await own.writePack('core', {
        'runtimes/me.yaml': `ref: core.me\ndistributions: ${JSON.stringify({ verification: { commands: [check] } })}\n`,
      });
      await own.apply();
      const environments = { ...own.context.config.environments, build: 'workers', runAs: '65534' } as const;
      const context = { ...own.context, environment: {}, config: { ...own.context.config, environments } };
      const options = { refs: [], write: false, who: 'ada@here', lockTimeoutMs: 0 };
      const { verified, notes } = await verifyRuntimes(context, options);
      assert.deepEqual(
        verified.map(({ available, checks }) => [available, checks[0]?.found]),
        [[true, '65534']],
      );
      assert.match(notes.join(), /what they have can differ from this machine/);
    });

    it('refuses what is no runtime, with all of it and the nearest', async () => {
      await assert.rejects(verifyIn(fleet, ['core.tol', 'jira']), (error) => {
        assert.ok(error instanceof SyncError);
        assert.deepEqual([error.code, error.problems[0]?.hint], ['unknown-runtime', 'Did you mean core.tool?']);
        return error.message === 'Nothing in Attune is a runtime called core.tol, jira.';
      });
    });

    it('in an Attune without versions verifies runtimes, and cannot write', async () => {
      await using own = await createFleet();
      await installed(own);
      await own.sql('DROP TABLE runtime_version CASCADE');
      const { verified } = await verifyIn(own);
      assert.deepEqual(
        verified.map(({ runtime, available }) => [runtime, available]),
        [
          ['core.native', true],
          ['core.tool', true],
        ],
      );
      await assert.rejects(verifyIn(own, [], true), { code: 'no-runtime-versions' });
    });

    it('is a command too, whose options write nothing where no version is meant', async () => {
      const { code, out, err } = await runInside(fleet, [
        'runtimes',
        'verify',
        'core.native',
        '--write',
        '--output',
        'json',
      ]);
      assert.equal(code, 0, err);
      assert.deepEqual(JSON.parse(out).verified, [
        {
          ...{ runtime: 'core.native', version: null, pack: 'core', available: true, assumed: 'always available' },
          ...{ checks: [], unread: [], before: null },
        },
      ]);
    });
  });
});
