import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { environmentKey, type KeyParts } from '../../../src/environments/facts/environment-key.ts';

const manifest = { path: 'requirements.txt', digest: 'a', files: [{ path: 'w.whl', digest: 'b' }], isOwn: false };
const parts: KeyParts = {
  config: {
    interpreter: { binary: 'python3' },
    environment: { env_type: 'virtualenv', dir_name: '.venv' },
    dependencies: { manifest_file: 'requirements.txt' },
    env_vars: { A: 'b' },
  },
  interpreter: { path: '/usr/bin/python3.11', version: '3.11.2' },
  manifest,
  buildScripts: false,
  names: new Set(['make.sh', 'lib', 'requirements.txt']),
  contentDigest: 'c',
  platform: 'linux x64',
};

const decides: readonly (readonly [string, Partial<KeyParts>])[] = [
  ['the interpreter of the runtime', { config: { ...(parts.config as object), interpreter: { binary: 'python' } } }],
  ['how it is made', { config: { ...(parts.config as object), environment: { dir_name: '.venv' } } }],
  ['what it installs', { config: { ...(parts.config as object), dependencies: {} } }],
  ["the interpreter's path", { interpreter: { path: '/opt/python3', version: '3.11.2' } }],
  ["the interpreter's version", { interpreter: { path: '/usr/bin/python3.11', version: '3.11.3' } }],
  ['the manifest', { manifest: { ...manifest, digest: 'x' } }],
  ['a file that the manifest names', { manifest: { ...manifest, files: [{ path: 'w.whl', digest: 'x' }] } }],
  ['that there is no manifest', { manifest: null }],
  ['build scripts', { buildScripts: true }],
  ['the platform', { platform: 'linux arm64' }],
];

const doesNot: readonly (readonly [string, Partial<KeyParts>])[] = [
  ['the content of the pack', { contentDigest: 'x' }],
  ['other parts of execution_config', { config: { ...(parts.config as object), env_vars: { A: 'c' } } }],
  [
    'the order of keys',
    { config: Object.fromEntries(Object.entries(parts.config as object).reverse()) as KeyParts['config'] },
  ],
];

describe('the key of an environment', () => {
  it('is 32 hex and the same for the same parts', () => {
    assert.match(environmentKey(parts), /^[0-9a-f]{32}$/);
    assert.equal(environmentKey(structuredClone(parts)), environmentKey(parts));
  });
  for (const [what, change] of decides) {
    it(`differs by ${what}`, () => {
      assert.notEqual(environmentKey({ ...parts, ...change }), environmentKey(parts));
    });
  }
  for (const [what, change] of doesNot) {
    it(`does not differ by ${what}`, () => {
      assert.equal(environmentKey({ ...parts, ...change }), environmentKey(parts));
    });
  }
  it('differs by the content where the environment can lead into the pack', () => {
    const own = { ...parts, manifest: { ...manifest, isOwn: true } };
    assert.notEqual(environmentKey({ ...own, contentDigest: 'x' }), environmentKey(own));
  });
  const commands: readonly (readonly [string, readonly string[], boolean])[] = [
    ['a script of the pack', ['sh', '{pack_dir}/make.sh', '{env_dir}'], true],
    ['one inside a word', ['sh', '-c', 'cp "{pack_dir}/lib/a" {env_dir}'], true],
    ['the manifest', ['pip', 'install', '-r', '{pack_dir}/requirements.txt'], false],
    ['the environment, as it is called in the pack', ['{pack_dir}/.venv/bin/python3', '-m', 'pip'], false],
    ['the pack as a whole', ['cp', '-r', '{pack_dir}', '{env_dir}'], true],
    ['the pack as a whole, to be installed', ['{interpreter}', '-m', 'pip', 'install', '{pack_dir}'], true],
    ['the pack as a whole, where a package manager works', ['npm', 'install', '--prefix', '{pack_dir}'], false],
    ['the same for a shell', ['sh', '-c', 'cd {pack_dir} && npm ci'], false],
    ['a script of the pack, in which it runs', ['sh', 'make.sh', '{env_dir}'], true],
    ['one by a path', ['./lib/make', '{env_dir}'], true],
    ['one for a shell', ['sh', '-c', 'cd {pack_dir}; ./make.sh "$0"', '{env_dir}'], true],
    ['the manifest, in which it runs', ['pip', 'install', '-r', 'requirements.txt'], false],
    ['nothing that the pack has', ['sh', 'other.sh', '{env_dir}'], false],
  ];
  for (const [what, command, counts] of commands) {
    it(`${counts ? 'differs' : 'does not differ'} by the content where a command names ${what}`, () => {
      const { environment, dependencies } = parts.config as Record<string, object>;
      for (const config of [
        { environment: { ...environment, create_command: command }, dependencies },
        { environment, dependencies: { ...dependencies, install_command: command } },
      ] as KeyParts['config'][]) {
        const keys = ['c', 'x'].map((contentDigest) => environmentKey({ ...parts, config, contentDigest }));
        assert.equal(keys[0] !== keys[1], counts);
      }
    });
  }
});
