import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startCli, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { runProgram } from '../support/run-program.ts';

function runtime(
  name: string,
  interpreter: string,
  create: readonly string[],
  install: readonly string[] = [],
): string {
  const config = {
    interpreter: { binary: interpreter },
    environment: { env_type: 'directory', dir_name: '.env', create_command: create },
    dependencies: { manifest_file: 'needs.txt', install_command: install },
  };
  return `ref: core.${name}\nname: ${name}\ndistributions: {}\nexecution_config: ${JSON.stringify(config)}\n`;
}

async function writePond(fleet: Fleet, script: string): Promise<void> {
  await fleet.writePack('core', { 'runtimes/shell.yaml': runtime('shell', 'sh', ['sh', '-c', script, '{env_dir}']) });
  await fleet.writePack('pond', packOf('pond', 'core.shell'));
}

function packOf(ref: string, runner: string): Record<string, string> {
  return {
    'needs.txt': 'frog\n',
    'actions/hello.yaml': `ref: ${ref}.hello\nrunner_type: ${runner}\nentry_point: hello.x\n`,
    'actions/hello.x': '',
  };
}

describe('an apply that is ended while it builds an environment', () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`by ${signal} has installed nothing of that pack, and the next one does, with nothing left over`, async () => {
      await using fleet = await createFleet();
      await writeConfig(fleet);
      const pidFile = join(fleet.directory, 'pid');
      const go = join(fleet.directory, 'go');
      const script = `mkdir "$0"; touch "$0/half"; echo $$ > ${pidFile}; while [ ! -e ${go} ]; do sleep 0.02; done; rm "$0/half"; touch "$0/whole"`;
      await writePond(fleet, script);
      const child = startCli(fleet, ['apply', '--yes']);
      while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await delay(5);
      const pid = readFileSync(pidFile, 'utf8').trim();
      child.process.kill(signal);
      await child.ended;
      const store = join(fleet.directory, 'store');
      assert.deepEqual(await fleet.sql(`SELECT ref FROM pack WHERE ref = 'pond'`), []);
      assert.equal(existsSync(join(store, 'pond')), false);
      assert.equal(isRunning(pid), signal === 'SIGKILL', 'nobody could end it');
      await fleet.write({ go: '' });
      const { code, out, err } = await runInside(fleet, ['apply', '--yes']);
      assert.equal(code, 0, out + err);
      assert.deepEqual(readdirSync(join(store, 'pond/.env')), ['whole']);
      assert.equal(readdirSync(join(store, '.environments')).length, 1);
      assert.deepEqual(
        readdirSync(join(store, '.staging')).filter((name) => name.startsWith('build-')),
        [],
      );
      assert.equal(isRunning(pid), false);
      assert.equal((await runInside(fleet, ['plan', '--detailed-exitcode'])).code, 0);
    });
  }
});

it('what is not installed on this machine is named, once for all packs that need it, and the others are installed', async () => {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  const bin = join(fleet.directory, 'bin');
  await mkdir(bin);
  for (const name of ['sh', 'mkdir', 'sync']) await symlink(await findProgram(name), join(bin, name));
  await symlink(process.execPath, join(bin, 'node'));
  await symlink(
    (await runProgram('python3', ['-c', 'import sys; print(sys.executable)'])).trim(),
    join(bin, 'python3'),
  );
  const venv = ['python3', '-m', 'venv', '--without-pip', '{env_dir}'];
  await fleet.writePack('core', {
    'runtimes/shell.yaml': runtime('shell', 'sh', ['mkdir', '{env_dir}']),
    'runtimes/nodejs.yaml': runtime('nodejs', 'node', ['npm', 'init', '-y']),
    'runtimes/python.yaml': runtime('python', 'python3', venv, [
      '{env_dir}/bin/python3',
      '-m',
      'pip',
      'install',
      '-r',
      '{manifest_path}',
    ]),
    'runtimes/ruby.yaml': runtime('ruby', 'no-such-ruby', ['mkdir', '{env_dir}']),
  });
  for (const runner of ['shell', 'nodejs', 'python', 'ruby'])
    await fleet.writePack(`a_${runner}`, packOf(`a_${runner}`, `core.${runner}`));
  await fleet.writePack('b_nodejs', packOf('b_nodejs', 'core.nodejs'));
  const { code, out, err } = await runInside(fleet, ['apply', '--yes'], { env: { PATH: bin } });
  assert.equal(code, 1, out + err);
  assert.match(
    out,
    /error {2}a_nodejs, b_nodejs: The environment of core\.nodejs could not be built: The program npm is not on this machine \[command-not-found\]\n {2}hint {2}Install it, or see that PATH leads to it\.\n {8}`attune-sync pack log a_nodejs` shows/,
  );
  assert.match(
    out,
    /error {2}a_python: The environment of core\.python could not be built: .* ended with exit code 1 \[environment-failed\]\n {2}hint {2}.*No module named pip\n/,
  );
  assert.match(out, /a_ruby.*no-such-ruby.* \[interpreter-missing\]/);
  assert.doesNotMatch(out + err, /\[unexpected\]|should not have happened/);
  assert.deepEqual(await fleet.sql(`SELECT ref FROM pack WHERE ref LIKE '_\\__%' ORDER BY 1`), [{ ref: 'a_shell' }]);
  const log = await runInside(fleet, ['pack', 'log', 'a_python']);
  assert.match(
    log.out,
    /^\$ python3 -m venv --without-pip \S+\nended with exit code 0 after .*\n\n\$ \S+python3 -m pip install -r \S+\n.*No module named pip\nended with exit code 1/,
  );
});

async function findProgram(name: string): Promise<string> {
  return realpathSync((await runProgram('sh', ['-c', 'command -v "$0"', name])).trim());
}

/** What was killed and is not buried yet runs no more. */
function isRunning(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
