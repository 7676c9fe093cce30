import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFindings } from '../../../src/packs/fields/findings.ts';
import { checkEnvironment } from '../../../src/packs/parse/check-environment.ts';
import { readYaml } from '../../../src/yaml/read-yaml.ts';

function check(create: readonly string[], install: readonly string[] = [], more = {}) {
  const environment = { create_command: create, ...more };
  const config = { environment, dependencies: { manifest_file: 'package.json', install_command: install } };
  const [document] = readYaml(JSON.stringify(config, null, 1), 'runtimes/a.yaml').documents;
  assert.ok(document);
  const findings = createFindings();
  checkEnvironment(document.value, { document, path: [] }, findings);
  return findings.problems;
}

const meant: readonly (readonly [part: string, hint: string])[] = [
  ['{intepreter}', 'Did you mean {interpreter}?'],
  ['--prefix={envdir}', 'Did you mean {env_dir}?'],
  ['mkdir -p {venv_dir} && true', 'Did you mean {env_dir}?'],
  ['cp {Manifest_Path} {env_dir}', 'Did you mean {manifest_path}?'],
  ['{venv}/bin', 'Known are {pack_dir}, {env_dir}, {interpreter}, {manifest_path}.'],
  ['cp {build_dir} x', 'Known are {pack_dir}, {env_dir}, {interpreter}, {manifest_path}.'],
];
for (const [part, hint] of meant) {
  test(`${part} has a placeholder that nobody fills, and its place and a hint are given`, () => {
    const [found, ...others] = check(['sh', part]);
    assert.deepEqual(others, []);
    assert.deepEqual([found?.severity, found?.code, found?.hint], ['error', 'unknown-placeholder', hint]);
    assert.deepEqual([found?.where?.line, found?.where?.column], [5, 4]);
  });
}

test('what Attune fills only for actions is told of as that', () => {
  const [found] = check([], ['{action_file}', '{manifest_path}']);
  assert.equal(found?.code, 'unknown-placeholder');
  assert.match(found?.message ?? '', /`\{action_file\}` cannot stand in `install_command`/);
});

const others = [
  '{env_dir}/x-{pack_dir}',
  `$${'{HOME}'}`,
  `$${'{env_dirs}'}`,
  'find . -exec rm {} ;',
  'awk "{print}" x',
  'cp {a,b} x',
  '{{ name }}',
  '{{name}}',
  'python3 -c "f\'{home}\'"',
];
for (const part of others) {
  test(`${part} is no unknown placeholder`, () => assert.deepEqual(check(['sh', '-c', part]), []));
}

test('what installs has to be told of the manifest, by one command or the other', () => {
  const codes = (create: readonly string[], install: readonly string[]) =>
    check(create, install).map(({ severity, code }) => `${severity} ${code}`);
  const npm = ['npm', 'install', '--prefix', '{env_dir}'];
  assert.deepEqual(codes(['mkdir', '{env_dir}'], npm), ['warning manifest-not-named']);
  assert.deepEqual(codes(['sh', '-c', 'mkdir -p {env_dir} && cp {manifest_path} {env_dir}/'], npm), []);
  assert.deepEqual(codes([], ['sh', '-c', 'cd {pack_dir} && bundle install']), []);
  assert.deepEqual(codes([], ['npm', 'install', './package.json']), []);
  assert.deepEqual(codes([], ['pip', 'install', '.']), []);
  assert.deepEqual(codes([], []), []);
});
