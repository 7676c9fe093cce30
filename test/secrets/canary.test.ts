import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bearer, createHttpScene, operatorToken } from '../http/http-scene.ts';
import { type CliChild, runCli, startCli, urlOf, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, serveHttp, temporaryDirectory } from '../support/git.ts';

const canaries = {
  token: 'canary-git-71a0f3',
  // Long and of several words and lines: what is wrapped or indented must not show them in part.
  env: 'canary-env correct horse battery staple "quoted\\5e" canary-env correct horse battery staple canary-env end',
  file: '-----BEGIN KEY-----\ncanary-file-09bd2c0d4e\ncanary-file-77aa31bb02\n-----END KEY-----',
  plain: 'canary-plain-c4e8d1',
  nested: 'canary-nested-2b7f60',
  before: 'canary-before-8ad913',
  schema: 'canary-schema-e51b4c',
  deep: 'canary-deep-66f0aa',
  index: 'canary-index-5c1b9e',
  variable: 'canary-variable 3e77 "d0\\1"',
} as const;

/** How a value could be written: as it is, in JSON, in a URL, in base64. */
function spellings(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('base64')];
}

/** A fleet's URL with a password, and that password. */
function withPassword(url: string): { url: string; password: string } {
  const [, user = '', password] = /^postgres(?:ql)?:\/\/([^:@/]*)(?::([^@/]*))?@/.exec(url) ?? [];
  if (password !== undefined) return { url, password };
  const made = 'canary-database-3d95';
  return { url: url.replace(`//${user}@`, `//${user}:${made}@`), password: made };
}

function assertClean(written: string, secrets: readonly string[], where: string): void {
  // In stacks of what ran in this process.
  const text = written.replace(/canary\.test\.(ts|mjs)\b/g, 'this file');
  const part = text.indexOf('canary');
  assert.equal(part, -1, `${where} shows a part: …${text.slice(Math.max(0, part - 300), part + 80)}`);
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      const at = text.indexOf(spelling);
      assert.equal(at, -1, `${where} shows ${spelling}: …${text.slice(Math.max(0, at - 300), at + 60)}`);
    }
  }
}

const document = `kind: Pack
ref: shop
source: { git: { url: URL, branch: main } }
config:
  password: { fromEnv: SHOP_PASSWORD }
  certificate: { fromFile: ../certificate }
  api_token: ${canaries.plain}
  server: { credentials: { user: ${canaries.nested} } }
  pin: 4711
`;

const packFiles = {
  'pack.yaml': `ref: shop
label: Shop
version: 1.0.0
conf_schema:
  type: object
  properties:
    pin: { type: integer }
    hidden: { type: string, secret: true }
    inner: { type: object, properties: { code: { type: string, secret: true } } }
`,
  'actions/ship.yaml': 'ref: shop.ship\nrunner_type: shell\nentry_point: ship.sh\n',
  'actions/ship.sh': 'true\n',
};

interface Scene {
  readonly fleet: Fleet;
  readonly secrets: readonly string[];
  run(args: readonly string[]): Promise<{ code: number | null; text: string }>;
  /** The same without a process of its own. */
  look(args: readonly string[]): Promise<void>;
  start(args: readonly string[]): CliChild;
  write(text: string): Promise<void>;
}

async function withScene(test: Parameters<typeof temporaryDirectory>[0], work: (scene: Scene) => Promise<void>) {
  const directory = await temporaryDirectory(test);
  await createRemote(directory, packFiles, 'shop');
  const server = await serveHttp(directory, { token: canaries.token });
  try {
    await using fleet = await createFleet();
    const { url, password } = withPassword(urlOf(fleet));
    const secrets = [...Object.values(canaries), password];
    const host = `127.0.0.1:${server.port}`;
    await writeConfig(fleet, `git: { transports: [http, file], hosts: { "${host}": { token: "\${GIT_TOKEN}" } } }\n`);
    await fleet.write({ certificate: `${canaries.file}\n` });
    await fleet.writePack('core', coreFiles);
    const env = { GIT_TOKEN: canaries.token, SHOP_PASSWORD: canaries.env };
    const scene: Scene = {
      fleet,
      secrets,
      async run(args) {
        const { code, out, err } = await runCli(fleet, args, { url, env });
        assertClean(out + err, secrets, args.join(' '));
        return { code, text: out + err };
      },
      async look(args) {
        const { out, err } = await runInside(fleet, args, { url, env });
        assertClean(out + err, secrets, args.join(' '));
      },
      start: (args) => startCli(fleet, args, { url, env }),
      write: (text) => fleet.write({ 'desired/shop.yaml': text.replace('URL', `${server.url}/shop.git`) }),
    };
    await scene.write(document);
    await work(scene);
    assertClean(await recorded(fleet), secrets, 'Postgres');
    assertClean(await filesBelow(fleet.directory, ['desired', 'certificate']), secrets, 'the disk');
  } finally {
    await server.close();
  }
}

/** Where plain values belong, beside all of `attune_sync.preserved`. */
const plainColumns: Readonly<Record<string, string>> = { 'attune.pack': 'config', 'attune_sync.override': 'plain' };

/** Every row of every table, apart from where plain values belong. */
async function recorded(fleet: Fleet): Promise<string> {
  const tables = await fleet.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('attune', 'attune_sync') ORDER BY 1`,
  );
  const parts = tables
    .filter(({ name }) => name !== 'attune_sync.preserved')
    .map(
      ({ name }) =>
        `SELECT (to_jsonb(t)${plainColumns[name] === undefined ? '' : ` - '${plainColumns[name]}'`})::text AS row FROM ${name} t`,
    );
  return (await fleet.sql<{ row: string }>(parts.join(' UNION ALL '))).map(({ row }) => row).join('\n');
}

async function filesBelow(directory: string, except: readonly string[]): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.filter((file) => !except.some((name) => file.startsWith(join(directory, name))));
  return (await Promise.all(read.map((file) => readFile(file, 'latin1')))).join('\n');
}

const formats = ['text', 'json', 'yaml'] as const;
const logs = ['text', 'json'] as const;

const commands = [
  ['plan', '--detailed-exitcode'],
  ['status'],
  ['status', 'shop'],
  ['pack', 'list'],
  ['pack', 'show', 'shop'],
  ['override', 'list'],
  ['migrate', '--status'],
  ['validate'],
];

/** Every command that shows something, at the most talkative level; the next round shows each in the next format. */
async function showAll({ look }: Scene, round: number): Promise<void> {
  for (const [index, command] of commands.entries()) {
    const format = formats[(round + index) % formats.length] ?? 'text';
    const log = logs[(round + index) % logs.length] ?? 'text';
    await look([...command, '--output', format, '--log-level', 'debug', '--log-format', log]);
  }
}

const routes = ['packs', 'packs/shop', 'runs', 'runs/1', 'plan?fresh=true', 'events', 'auth/me'];

/** Every route of the API, by a daemon that knows no secret yet. */
async function askAll({ fleet, secrets }: Scene): Promise<void> {
  const environment = { SHOP_PASSWORD: canaries.env };
  const { database } = fleet.context;
  await using http = await createHttpScene({
    context: { ...fleet.context, environment },
    openDatabase: async () => database,
  });
  for (const route of routes) {
    const headers = { ...bearer(operatorToken), accept: 'application/json' };
    const found = await http.server.inject({ url: `/api/v1/${route}`, headers });
    assert.equal(found.statusCode, 200, found.body);
    assertClean(found.body + http.lines.join('\n'), secrets, route);
  }
}

const apply = ['apply', '--yes', '--log-level', 'debug'];

/** Makes the next writes of the pack's row fail with a message of Postgres that echoes the row. */
const echoRows = `CREATE OR REPLACE FUNCTION attune.echo() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'refused: % and plain % and % instead of %', NEW.config, NEW.config ->> 'password',
     NEW.config ->> 'certificate', OLD.config
     USING DETAIL = NEW.config::text, ERRCODE = 'check_violation'; END $$;
  CREATE TRIGGER echo BEFORE UPDATE ON attune.pack FOR EACH ROW WHEN (NEW.config IS DISTINCT FROM OLD.config) EXECUTE FUNCTION attune.echo()`;

test('no secret is shown or recorded by an install, a change, a removal of keys, or any command between', async (t) => {
  await withScene(t, async (scene) => {
    const { fleet, run, write } = scene;
    await showAll(scene, 0);
    assert.equal((await run([...apply, '--output', 'json'])).code, 0);
    const [row] = await fleet.sql<{ config: Record<string, unknown> }>(`SELECT config FROM pack WHERE ref = 'shop'`);
    assert.deepEqual(row?.config, {
      password: canaries.env,
      certificate: canaries.file,
      api_token: canaries.plain,
      server: { credentials: { user: canaries.nested } },
      pin: 4711,
    });
    await showAll(scene, 1);
    await fleet.sql(
      `UPDATE pack SET config = config || jsonb_build_object('password', ?::text, 'certificate', ?::text)
        WHERE ref = 'shop'`,
      [canaries.before, canaries.deep],
    );
    await showAll(scene, 2);
    assert.equal((await run(apply)).code, 0);
    await write(document.replace(/ {2}certificate.*\n {2}api_token.*\n {2}server.*\n/, ''));
    await showAll(scene, 3);
    assert.equal((await run([...apply, '--log-format', 'json'])).code, 0);
    await showAll(scene, 4);
    await askAll(scene);
  });
});

test('no secret of a pack that was there before is shown or recorded by its adoption', async (t) => {
  await withScene(t, async (scene) => {
    const { fleet, run } = scene;
    await fleet.sql(
      `INSERT INTO pack (ref, label, version, config, conf_schema) VALUES ('shop', 'Shop', '0.9.0', ?::jsonb, '{}')`,
      [
        JSON.stringify({
          password: canaries.before,
          hidden: canaries.schema,
          certificate: canaries.before,
          inner: { code: canaries.deep, api_key: canaries.deep },
        }),
      ],
    );
    await showAll(scene, 0);
    assert.equal((await run(apply)).code, 0);
    await showAll(scene, 0);
  });
});

test('no secret is shown or recorded where Postgres refuses a row and its message echoes it', async (t) => {
  await withScene(t, async (scene) => {
    const { fleet, run, look, secrets, start } = scene;
    await fleet.sql(
      `INSERT INTO pack (ref, label, version, config, conf_schema) VALUES ('shop', 'Shop', '0.9.0', ?::jsonb, '{}')`,
      [JSON.stringify({ password: canaries.before, hidden: canaries.schema, inner: { code: canaries.deep } })],
    );
    await fleet.sql(echoRows);
    for (const format of formats) {
      const { code, text } = await run([...apply, '--output', format, '--log-format', 'json']);
      assert.equal(code, 1);
      assert.match(text, /refused/);
      await look(['status', 'shop', '--output', format]);
      await look(['pack', 'show', 'shop', '--output', format]);
    }
    const daemon = start(['daemon', '--log-level', 'debug']);
    await daemon.says(/shop failed: .*refused/);
    daemon.process.kill('SIGTERM');
    const { out, err } = await daemon.ended;
    assertClean(out + err, secrets, 'daemon');
    await fleet.sql('DROP TRIGGER echo ON attune.pack');
    await fleet.sql(`ALTER TABLE attune.pack ADD CONSTRAINT no_pin CHECK (config ->> 'pin' IS NULL) NOT VALID`);
    assert.match((await run(apply)).text, /no_pin/);
    await showAll(scene, 1);
    await askAll(scene);
  });
});

test('no secret is shown where a document, the configuration, a remote or the database is wrong', async (t) => {
  await withScene(t, async ({ fleet, run, look, write }) => {
    const level = ['--log-level', 'debug'];
    const texts = [
      document.replace(canaries.plain, `"${canaries.plain}`),
      document.replace(canaries.plain, `${canaries.plain}: [`),
      document.replace('pin: 4711', 'pin: { fromEnv: SHOP_PASSWORD }'),
      document.replace('pin: 4711', `pin: { secret: ${canaries.plain} }`),
      document.replace('{ fromEnv: SHOP_PASSWORD }', `{ fromEnv: ${canaries.env}, fromFile: x }`),
      document.replace('http://', `http://ann:${canaries.plain}@`).replace('URL', `http://a:${canaries.plain}@h/x`),
      document.replace('main', 'missing'),
      `${document}password: ${canaries.plain}\n`,
      `${document}enabled: { password: ${canaries.plain} }\n`,
    ];
    for (const text of texts) {
      await write(text);
      for (const command of ['plan', 'validate', 'apply --yes']) await look([...command.split(' '), ...level]);
    }
    await write(document);
    await fleet.sql('DROP SCHEMA attune CASCADE');
    for (const command of ['plan', 'status', 'apply --yes', 'pack list', 'pack show shop', 'migrate', 'store claim']) {
      await look([...command.split(' '), ...level]);
    }
    await fleet.write({ 'attune.config.yaml': `name: x\ndatabase: { url: "\${ATTUNE_DATABASE_URL}", urll: 1 }\n` });
    await run(['plan', ...level]);
    await fleet.sql(`CREATE SCHEMA attune`);
  });
});

test('no password is shown where the database cannot be reached or refuses the login', async () => {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  const password = 'canary-database-3d95';
  for (const url of [
    `postgres://ann:${password}@127.0.0.1:1/attune`,
    `postgres://ann:${password}@127.0.0.1:1/attune?sslmode=require`,
    `postgres://ann:${password}@nowhere.invalid/attune`,
    `postgres://ann:${password}@[::1/attune`,
    `postgres//ann:${password}@127.0.0.1/attune`,
    `postgres://ann:${password}@127.0.0.1:port/attune`,
    urlOf(fleet).replace(/^(postgres(?:ql)?:\/\/)[^@]*@/, `$1nobody_here:${password}@`),
    `${urlOf(fleet).split('?')[0]}_missing?${urlOf(fleet).split('?')[1] ?? ''}&password=${password}`,
  ]) {
    for (const command of ['plan', 'status', 'migrate']) {
      const start = command === 'plan' && url.includes('sslmode') ? runCli : runInside;
      const { code, out, err } = await start(fleet, [command, '--log-level', 'debug'], { url });
      assert.equal(code, 1, `${command} ${url}: ${out}${err}`);
      assertClean(out + err, [password], `${command} with ${url}`);
    }
  }
});

/** Prints all that a build gets, in whatever form it can, and ends as it is told. */
const printer = `env
printf '%s' "$BUILD_LICENCE" | base64 -w0; echo
printf '%s' "$BUILD_LICENCE" | head -c 9; sleep 0.05; printf '%s' "$BUILD_LICENCE" | tail -c +10; echo
printf '%s' "$PIP_INDEX_URL" | sed 's,.*//\\(.*\\)@.*,Basic \\1,'
printf 'login=%s' "$PIP_INDEX_URL" | sed 's,.*ann:\\(.*\\)@.*,password \\1,' >&2
mkdir -p "$1"
exit "$2"
`;

test('no variable of a build is shown or recorded, whatever the build prints', async () => {
  await using fleet = await createFleet();
  const secrets = [canaries.index, canaries.variable];
  const env = { LICENCE: canaries.variable, INDEX: `https://ann:${canaries.index}@127.0.0.1:1/simple` };
  const variables = `{ BUILD_LICENCE: "\${LICENCE}", PIP_INDEX_URL: "\${INDEX}" }`;
  await writeConfig(fleet, `git: { transports: [file] }\nenvironments: { variables: ${variables} }\n`);
  const writeCore = (code: number) =>
    fleet.writePack('chat', {
      'runtimes/shell.yaml': `ref: chat.shell
execution_config:
  interpreter: { binary: sh }
  environment: { env_type: chat, dir_name: .chat, create_command: [sh, "{pack_dir}/make.sh", "{env_dir}", "${code}"] }
`,
      'make.sh': printer,
      'actions/say.yaml': 'ref: chat.say\nrunner_type: chat.shell\nentry_point: say.sh\n',
      'actions/say.sh': 'true\n',
    });
  const run = async (...args: readonly string[]) => {
    const { code, out, err } = await runCli(fleet, args, { env });
    assertClean(out + err, secrets, args.join(' '));
    return { code, text: out + err };
  };
  for (const code of [3, 0]) {
    await writeCore(code);
    const applied = await run(...apply, '--output', 'json');
    assert.equal(applied.code, code === 0 ? 0 : 1, applied.text);
    assert.match((await run('pack', 'log', 'chat')).text, /BUILD_LICENCE=/, `a build that ends with ${code}`);
  }
  await Promise.all(['status chat', 'pack show chat', 'history'].map((command) => run(...command.split(' '))));
  assertClean(await recorded(fleet), secrets, 'Postgres');
  assertClean(await filesBelow(fleet.directory, ['desired', 'packs']), secrets, 'the disk');
});
