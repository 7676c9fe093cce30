import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { buildProgram } from '../../src/cli/program.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { createChecker } from '../../src/yaml/check-schema.ts';
import { loadSchema } from '../../src/yaml/load-schema.ts';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = ['README.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)];
const readme = await readFile(join(root, 'README.md'), 'utf8');
const environment = { ATTUNE_DATABASE_URL: 'postgres://a:b@localhost/attune', GITHUB_TOKEN: 'token' };

function blocks(language: string, markdown = readme): readonly string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
}

const [configuration = '', document = '', hosts = ''] = blocks('yaml');

test('the configuration that the README shows is valid, with its credentials of hosts too', () => {
  for (const text of [configuration, `${configuration}${hosts}`]) {
    const { config, problems } = parseConfig(text, '/etc/attune/attune.config.yaml', environment);
    assert.deepEqual(problems, []);
    assert.equal(config?.name, 'production');
  }
});

test('editors find nothing wrong in the configurations of the README and of this repository', async () => {
  const own = await readFile(join(root, 'attune.config.yaml'), 'utf8');
  for (const text of [configuration, `${configuration}${hosts}`, own]) {
    const [found] = readYaml(text, 'attune.config.yaml').documents.map((one) =>
      createChecker(loadSchema('config'))(one, 'attune.config.yaml'),
    );
    assert.deepEqual(found, []);
  }
});

test('the document that the README shows is valid', () => {
  const { documents, problems } = readYaml(document, 'jira.yaml');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    documents.flatMap((one) => createChecker(loadSchema('desired'))(one, 'jira.yaml')),
    [],
  );
});

/** As a shell does it, as far as the manual needs one. */
function splitWords(line: string): string[] {
  return (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

for (const file of documents) {
  test(`every attune-sync command line in ${file} is one that the program understands`, async () => {
    const lines = blocks('sh', await readFile(join(root, file), 'utf8'))
      .flatMap((text) => text.split('\n'))
      .flatMap((line) => line.replace(/#.*| 2?>&?.*| \| .*/, '').split('&&'))
      .map((command) => command.trim())
      .filter((command) => command.startsWith('attune-sync ') && !command.includes('--help'));
    if (file === 'README.md') assert.ok(lines.length >= 6);
    for (const line of lines) {
      let started = 0;
      const write = (text: string) => assert.fail(`${line}: ${text}`);
      const program = buildProgram({ version: '0', start: () => (started += 1), writeOut: write, writeErr: write });
      await program.parseAsync(splitWords(line).slice(1), { from: 'user' });
      assert.equal(started, 1, line);
    }
  });

  test(`every file, directory and heading that ${file} links to is there`, async () => {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, path = '', heading] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path === '' ? join(root, file) : join(root, dirname(file), path);
      await access(target);
      if (heading !== undefined)
        assert.ok(headingsOf(await readFile(target, 'utf8')).has(heading), `${path}#${heading}`);
    }
  });
}

/** As GitHub and GitLab name them in addresses. */
function headingsOf(markdown: string): ReadonlySet<string> {
  const names = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, name = '']) => name);
  return new Set(
    names.map((name) =>
      name
        .toLowerCase()
        .replaceAll(/[^a-z0-9 _-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}
