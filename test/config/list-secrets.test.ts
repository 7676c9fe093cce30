import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listSecrets } from '../../src/config/list-secrets.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { createRedactor } from '../../src/redactor.ts';

/** What becomes of a text once the redactor knows a configuration. */
function redact(more: string, text: string, database = 'embedded: true'): string {
  const head = `name: x\ndesiredState: [{ directory: d }]\ndatabase: { ${database} }\n`;
  const { config, problems } = parseConfig(`${head}${more}`, '/etc/attune.config.yaml', {});
  assert.deepEqual(problems, []);
  assert.ok(config !== null);
  const redactor = createRedactor();
  for (const secret of listSecrets(config)) redactor.know(secret);
  return redactor.redact(text);
}

const variable = (name: string, value: string) => `environments: { variables: { ${name}: '${value}' } }\n`;
const index = 'https://ann:p%40ss-4711@pypi.example.com/simple';

const cases: readonly (readonly [name: string, config: string, text: string, shown: string])[] = [
  [
    'the password in the whole value of a variable',
    variable('PIP_INDEX_URL', index),
    `Looking in ${index}`,
    'Looking in https://ann:(secret)@pypi.example.com/simple',
  ],
  [
    'a whole address, because its path may be a secret',
    variable('PIP_INDEX_URL', 'https://pypi.example.com/t0ken/simple'),
    'Looking in https://pypi.example.com/t0ken/simple',
    'Looking in (secret)',
  ],
  ['the password inside a URL', variable('HTTPS_PROXY', index), 'said p%40ss-4711', 'said (secret)'],
  ['that password as it is sent', variable('HTTPS_PROXY', index), 'said p@ss-4711', 'said (secret)'],
  [
    'user and password in a header',
    variable('HTTPS_PROXY', index),
    `Basic ${Buffer.from('ann:p@ss-4711').toString('base64')}`,
    'Basic (secret)',
  ],
  [
    'a token that stands in place of a user',
    variable('PIP_EXTRA_INDEX_URL', 'https://t0ken-9@pypi.example.com/acme'),
    'GET with t0ken-9',
    'GET with (secret)',
  ],
  ['a value that is one of no URL', variable('NPM_SESSION', 'a1b2-c3'), 'sent a1b2-c3', 'sent (secret)'],
  ['a word under a name that tells', variable('PYPI_AUTH', 'hunter'), 'sent hunter', 'sent (secret)'],
  ['the password of the database', '', 'driver: p@ss-4711', 'driver: (secret)'],
  ['a token of a git host', 'git: { hosts: { h.example: { token: t0ken-git } } }\n', 'sent t0ken-git', 'sent (secret)'],
];
for (const [name, config, text, shown] of cases) {
  test(`blots out ${name}`, () => {
    assert.equal(redact(config, text, 'url: "postgres://ann:p%40ss-4711@db.example.com/attune"'), shown);
  });
}

const kept: readonly (readonly [name: string, config: string, text: string])[] = [
  ['where programs are looked for', variable('PATH', '/usr/bin'), '/usr/bin/python3.11 is not there any more'],
  ['a switch', variable('npm_config_offline', 'true'), '{"isDefault": true}'],
  ['a number', variable('PIP_TIMEOUT', '1000'), 'in 1000 ms'],
  ['the name of a host', variable('NO_PROXY', 'localhost'), 'ann@localhost'],
  ['a user that is a word', variable('HTTP_PROXY', 'http://deploy@proxy.example.com'), 'installed deploy'],
];
for (const [name, config, text] of kept) {
  test(`leaves ${name} in texts`, () => {
    assert.equal(redact(config, text), text);
  });
}
