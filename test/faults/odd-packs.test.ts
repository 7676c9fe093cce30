import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

async function applied(fleet: Fleet): Promise<void> {
  const { result } = await fleet.apply();
  assert.deepEqual([result.outcome, result.packs.flatMap(({ problems }) => problems)], ['applied', []]);
  const plan = await fleet.plan();
  assert.deepEqual([plan.changes, plan.overrides], [[], []]);
  assert.equal((await fleet.apply()).result.run, null);
}

describe('a pack that is odd and legal', () => {
  it('with nothing in it is installed, and stays unchanged', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('empty');
    await applied(fleet);
  });

  it('with a description of one megabyte is installed, and its plan stays readable', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    const long = 'word '.repeat(200_000);
    await fleet.writePack('big', {}, { pack: `description: "${long}"\n` });
    const { out } = await runInside(fleet, ['plan']);
    assert.ok(out.length < 10_000, `${out.length} characters`);
    await applied(fleet);
    await fleet.writePack('big', {}, { pack: `description: "${long}x"\n` });
    const changed = await runInside(fleet, ['plan']);
    assert.ok(changed.out.length < 10_000, `${changed.out.length} characters`);
    await applied(fleet);
    assert.deepEqual(await fleet.sql('SELECT length(description) AS length FROM pack'), [{ length: long.length + 1 }]);
  });

  it('with config keys that every object has keeps them as keys', async () => {
    await using fleet = await createFleet();
    const keys = ['constructor', 'toString', 'hasOwnProperty', 'a.b', 'a b', '0', 'ключ', '""', "it's", '$1', '?'];
    const lines = keys.map((key) => `  ${JSON.stringify(key)}: { x: ${JSON.stringify(key)} }\n`);
    await fleet.writePack('odd', {}, { document: `config:\n${lines.join('')}` });
    await applied(fleet);
    const [row] = await fleet.sql<{ keys: string[]; safe: boolean }>(
      `SELECT (SELECT array_agg(key) FROM jsonb_object_keys(config) key) AS keys,
              (SELECT bool_and(value = jsonb_build_object('x', key)) FROM jsonb_each(config)) AS safe FROM pack`,
    );
    assert.deepEqual([...(row?.keys ?? [])].sort(), [...keys].sort());
    assert.equal(row?.safe, true);
    await fleet.writePack('odd', {}, { document: `config:\n${lines.slice(1).join('')}` });
    await applied(fleet);
    const [later] = await fleet.sql<{ found: boolean }>(
      `SELECT jsonb_exists(config, 'constructor') AS found FROM pack`,
    );
    assert.deepEqual(later, { found: false });
  });

  it('with such keys in its defaults and its schema does so too', async () => {
    await using fleet = await createFleet();
    const pack =
      'conf_schema: { toString: { type: string }, constructor: { type: integer } }\nconfig: { toString: a, constructor: 1 }\n';
    await fleet.writePack('odd', {}, { pack, document: 'config: { constructor: 2 }\n' });
    await applied(fleet);
    assert.deepEqual(await fleet.sql('SELECT config FROM pack'), [{ config: { toString: 'a', constructor: 2 } }]);
  });

  it('with the key __proto__ is refused by name; in a row of a person it stays, and nothing comes of it', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('odd', {}, { document: 'config: { __proto__: { x: 1 } }\n' });
    const { result } = await fleet.apply();
    assert.match(JSON.stringify(result.problems), /__proto__.*cannot be used as a key/);
    await fleet.writePack('odd');
    await applied(fleet);
    await fleet.sql(`UPDATE pack SET config = '{"__proto__": {"x": 1}, "a": {"__proto__": {"password": "p"}}}'`);
    await fleet.writePack('odd', {}, { version: '2.0.0', document: 'config: { b: 1 }\n' });
    await applied(fleet);
    assert.deepEqual(
      await fleet.sql(
        `SELECT config - 'b' = '{"__proto__": {"x": 1}, "a": {"__proto__": {"password": "p"}}}' AS same FROM pack`,
      ),
      [{ same: true }],
    );
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  it('with large and small numbers keeps them as they are, or is refused', async () => {
    await using fleet = await createFleet();
    const config =
      'config: { big: 9007199254740991, small: -9007199254740991, tiny: 1e-300, huge: 1.5e300, half: 0.1, zero: -0.0 }\n';
    await fleet.writePack('numbers', {}, { document: config });
    await applied(fleet);
    const [row] = await fleet.sql<{ config: Record<string, number> }>('SELECT config FROM pack');
    assert.deepEqual(
      { ...row?.config, zero: 0 },
      { big: 9007199254740991, small: -9007199254740991, tiny: 1e-300, huge: 1.5e300, half: 0.1, zero: 0 },
    );
    for (const number of ['9007199254740993', '1e400', '.inf', '.nan', '0x20000000000001']) {
      await fleet.writePack('numbers', {}, { document: `config: { big: ${number} }\n` });
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'failed', number);
      assert.ok(!JSON.stringify(result).includes('unexpected'), number);
    }
  });

  it('with integers that a column cannot hold fails as itself, and others go on', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('limits', {
      'actions/a.yaml': 'ref: limits.a\nrunner_type: shell\nentry_point: a.sh\n',
      'actions/a.sh': 'true\n',
      'policies/p.yaml': 'ref: limits.p\nname: P\naction_ref: limits.a\nmethod: cancel\nthreshold: 3000000000\n',
    });
    const { result } = await fleet.apply();
    const limits = result.packs.find(({ ref }) => ref === 'limits');
    assert.notEqual(limits?.outcome, 'applied');
    assert.ok(!limits?.problems.some(({ code }) => code === 'unexpected'), JSON.stringify(limits));
    assert.equal(result.packs.find(({ ref }) => ref === 'core')?.outcome, 'applied');
  });

  it('with text that Postgres reads as its own keeps it as text', async () => {
    await using fleet = await createFleet();
    const text = `'; DROP TABLE pack; -- $1 ? ?? :name \\\\ {} [] %s \${x}`;
    await fleet.writePack(
      'text',
      {},
      { pack: `description: ${JSON.stringify(text)}\n`, document: `config: { a: ${JSON.stringify(text)} }\n` },
    );
    await applied(fleet);
    assert.deepEqual(await fleet.sql(`SELECT description, config ->> 'a' AS a FROM pack`), [
      { description: text, a: text },
    ]);
  });
});

/** Control characters but the end of a line, and what turns the direction of text. */
const raw = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('control characters that others wrote', () => {
  it('reach no terminal: not from labels, documents, file names, rows, or history', async (t) => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    const evil = '\\e[31mRED\\e]0;title\\a\\b\\r\\u009b2J\\u202Eoff';
    const pack = `description: "${evil}"\ntags: ["${evil}"]\n`;
    const action = `ref: shop.a\nlabel: "${evil}"\ndescription: "${evil}"\nrunner_type: shell\nentry_point: a.sh\n`;
    await fleet.writePack('shop', { 'actions/a.yaml': action, 'actions/a.sh': 'true\n' }, { pack });
    await fleet.writePack('bad', {
      'actions/a.yaml': `ref: "bad.${evil}"\nrunner_type: "${evil}"\nentry_point: "${evil}"\n`,
    });
    await fleet.write({
      'desired/odd.yaml': `kind: Pack\nref: odd\n"${evil}": 1\nsource: { directory: "../packs/${evil.replace('\\e', '')}" }\n`,
      'desired/\u001b[31mname.yaml': 'kind: Pack\nref: [\n',
    });
    const directory = await temporaryDirectory(t);
    const remote = await createRemote(directory, { 'pack.yaml': 'ref: git\nlabel: G\nversion: 1.0.0\n' }, 'git');
    await remote.commit({ 'x.txt': 'x' }, '\u001b[31mRED\u001b]0;title\u0007');
    await fleet.write({
      'desired/git.yaml': `kind: Pack\nref: git\nsource: { git: { url: "${remote.url}", branch: main } }\n`,
    });
    await fleet.sql(`INSERT INTO pack (ref, label, version, source_type, source_ref)
      VALUES ('theirs', E'\\x1b[31mRED', '1.0.0', E'\\x1b[31mRED', E'\\x1b[31mRED')`);
    const commands = [
      'plan',
      'apply --yes',
      'plan',
      'status',
      'pack list',
      'pack show shop',
      'pack show theirs',
      'validate',
    ];
    for (const command of commands) {
      for (const level of [[], ['--log-level', 'debug']]) {
        const { out, err } = await runInside(fleet, [...command.split(' '), ...level]);
        const found = raw.exec(out + err);
        const context = (out + err).slice(Math.max(0, (found?.index ?? 0) - 200), (found?.index ?? 0) + 20);
        assert.equal(found, null, `${command}: ${JSON.stringify(context)}`);
      }
    }
    await fleet.sql(`UPDATE pack SET label = E'\\x1b[31mRED' WHERE ref = 'shop'`);
    const { out } = await runInside(fleet, ['plan']);
    assert.match(out, /"\\u001b\[31mRED" → "shop"/);
    assert.doesNotMatch(out, raw);
  });
});
