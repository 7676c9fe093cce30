import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Command } from 'commander';
import { describeVerbs } from '../../../src/cli/completion/describe-verbs.ts';
import { renderBash } from '../../../src/cli/completion/render-bash.ts';
import { renderFish } from '../../../src/cli/completion/render-fish.ts';
import { renderZsh } from '../../../src/cli/completion/render-zsh.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { hasProgram, runProgram } from '../../support/run-program.ts';

const program = buildProgram({ version: '0.0.0', start: () => {}, writeOut: () => {}, writeErr: () => {} });
const verbs = describeVerbs(program);

/** What is typed, with a bar where bash cuts words beside blanks; what is offered, or the beginning of it. */
const cases: readonly (readonly [typed: string, offered: RegExp])[] = [
  ['pla', /^plan$/],
  ['pack s', /^show$/],
  ['pack ', /^list show test log remove transfer checksum$/],
  ['plan --deta', /^--detailed-exitcode$/],
  ['plan --output ', /^text json yaml markdown md$/],
  ['plan -o m', /^markdown md$/],
  ['plan --output|=|y', /^yaml$/],
  ['plan --output|=|', /^text json yaml markdown md$/],
  ['--log-level ', /^debug info warn error$/],
  ['--log-level warn pla', /^plan$/],
  ['--config other.yaml pack sh', /^show$/],
  ['pack show ', /^jira slack$/],
  ['pack show sl', /^slack$/],
  ['plan --target j', /^jira$/],
  ['plan --target jira s', /^slack$/],
  ['apply --target jira --ye', /^--yes$/],
  ['apply', /^apply$/],
  ['completion ', /^bash zsh fish$/],
  ['plan --no-such ', /^$/],
  ['nothing ', /^plan apply /],
];

describe('completion for bash', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'attune-completion-'));
    await writeFile(join(directory, 'completion.bash'), renderBash(verbs));
    await writeFile(
      join(directory, 'attune-sync'),
      `#!/bin/sh\necho "$@" >> ${directory}/asked\necho jira\necho slack\n`,
    );
    await chmod(join(directory, 'attune-sync'), 0o755);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('offers verbs, options, their values, and packs, as far as the line has come', async () => {
    const offered = await complete(cases.map(([typed]) => typed));
    for (const [index, [typed, expected]] of cases.entries())
      assert.match(offered[index] ?? '', expected, `attune-sync ${typed}`);
  });

  it('asks the program for packs alone, by the configuration that is typed', async () => {
    await rm(join(directory, 'asked'), { force: true });
    await complete(['pack ', 'plan --out', 'pack show --config other.yaml ']);
    assert.equal(await readFile(join(directory, 'asked'), 'utf8'), 'complete-refs --config other.yaml\n');
  });

  it('says nothing where the program fails', async () => {
    const failing = join(directory, 'attune-sync');
    const working = await readFile(failing, 'utf8');
    await writeFile(failing, '#!/bin/sh\necho broken >&2\nexit 1\n');
    try {
      assert.deepEqual(await complete(['pack show ']), ['']);
    } finally {
      await writeFile(failing, working);
    }
  });

  /** By the function that the script gave to bash's own `complete`, with the variables that bash fills. */
  async function complete(lines: readonly string[]): Promise<string[]> {
    const asked = lines.map((line) => {
      const words = ['attune-sync', ...line.split(/[ |]/)].map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; "$function"; echo "\${COMPREPLY[*]}"`;
    });
    const script = `PATH=${directory}:$PATH
source ${directory}/completion.bash
function=$(complete -p attune-sync); function=\${function#*-F }; function=\${function% *}
${asked.join('\n')}
`;
    const out = await runProgram('bash', ['--norc', '--noprofile', '-s'], { input: script });
    return out.split('\n').slice(0, lines.length);
  }
});

describe('completion', () => {
  it('knows every verb of the help, every option of each, and nothing that is hidden', () => {
    const paths = verbs.map(({ path }) => path);
    assert.deepEqual(paths, ['', ...listPaths(program)]);
    assert.ok(!paths.includes('complete-refs'));
    const flags = verbs.find(({ path }) => path === 'apply')?.options.flatMap((option) => option.flags) ?? [];
    for (const flag of ['-y', '--yes', '--target', '--config', '--no-color', '--help'])
      assert.ok(flags.includes(flag), flag);
  });

  for (const [name, text] of [
    ['zsh', renderZsh(verbs)],
    ['fish', renderFish(verbs)],
  ] as const) {
    it(`for ${name} names every verb and flag`, () => {
      for (const { path, options } of verbs) {
        const words = path.split(' ').filter((word) => word !== '');
        for (const word of [...words, ...options.flatMap(({ flags }) => flags.map((flag) => flag.replace(/^--?/, '')))])
          assert.ok(text.includes(word), `${path} ${word}`);
      }
    });

    it(`for ${name} is read by it without complaint`, async (t) => {
      if (!(await hasProgram(name))) return t.skip(`${name} is not installed`);
      await runProgram(name, ['-n'], { input: text });
    });
  }
});

function listPaths(command: Command, before = ''): string[] {
  return command.commands.flatMap((one) => {
    if (one.name() === 'help' || Reflect.get(one, '_hidden') === true) return [];
    const path = `${before} ${one.name()}`.trim();
    return [path, ...listPaths(one, path)];
  });
}
