import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interpreterInside } from '../../src/environments/interpreter-inside.ts';
import { parseRuntimeConfig } from '../../src/environments/parse-runtime-config.ts';
import type { Json } from '../../src/json.ts';

describe('an execution_config', () => {
  it('says how code is run, how an environment is made and what it installs', () => {
    const read = parseRuntimeConfig({
      interpreter: { binary: 'python3', args: ['-u'], file_extension: '.py' },
      environment: {
        env_type: 'virtualenv',
        dir_name: '.venv',
        create_command: ['python3', '-m', 'venv', '{env_dir}'],
        interpreter_path: '{env_dir}/bin/python3',
      },
      dependencies: { manifest_file: 'requirements.txt', install_command: ['{interpreter}', '-m', 'pip'] },
    });
    assert.deepEqual(read, {
      config: {
        interpreter: { binary: 'python3', args: ['-u'] },
        environment: {
          type: 'virtualenv',
          directory: '.venv',
          create: ['python3', '-m', 'venv', '{env_dir}'],
          interpreterPath: '{env_dir}/bin/python3',
        },
        dependencies: { manifest: 'requirements.txt', install: ['{interpreter}', '-m', 'pip'] },
      },
      fault: null,
    });
  });

  const nothing = { config: { interpreter: null, environment: null, dependencies: null }, fault: null };
  for (const value of [
    {},
    null,
    'python',
    { environment: { env_type: 'none', dir_name: '../x' } },
    { interpreter: { binary: 'native' } },
  ]) {
    it(`says nothing of environments: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(parseRuntimeConfig(value), nothing);
    });
  }

  const faults: readonly (readonly [Json, string])[] = [
    ...['..', '.', '', 'a/b', '../x', '/x', 'a\u0000b'].map((name): [Json, string] => [
      { environment: { dir_name: name } },
      'dir_name ',
    ]),
    ...['actions', 'Triggers', '.git', 'pack.yaml', 'workflows', '.complete'].map((name): [Json, string] => [
      { environment: { dir_name: name } },
      'is taken',
    ]),
    [{ environment: { dir_name: 5 } }, 'dir_name is no text'],
    [{ environment: { create_command: 'mkdir x' } }, 'create_command is no list of texts'],
    [{ dependencies: { manifest_file: '../x' } }, 'leads out of the pack'],
    [{ dependencies: { manifest_file: '/etc/passwd' } }, 'leads out of the pack'],
  ];
  for (const [value, fault] of faults) {
    it(`has a fault: ${JSON.stringify(value)}`, () => {
      assert.ok(parseRuntimeConfig(value).fault?.includes(fault), String(parseRuntimeConfig(value).fault));
    });
  }

  it('is called .venv where its runtime does not say', () => {
    assert.equal(parseRuntimeConfig({ environment: {} }).config.environment?.directory, '.venv');
  });
});

describe('the interpreter of an environment', () => {
  const table: readonly (readonly [string | null, string | null])[] = [
    ['{env_dir}/bin/python3', 'bin/python3'],
    ['{pack_dir}/.venv/bin/python3', 'bin/python3'],
    ['{pack_dir}/bin/python3', null],
    ['/usr/bin/python3', null],
    ['{env_dir}/../x', null],
    ['{env_dir}/', null],
    [null, null],
  ];
  for (const [path, inside] of table) {
    it(`at ${path} is ${inside ?? 'not in it'}`, () => {
      const { config } = parseRuntimeConfig({ environment: { dir_name: '.venv', interpreter_path: path } });
      assert.equal(interpreterInside(config), inside);
    });
  }
});
