import { realpath, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fleet } from '../support/fleet.ts';
import { applyWhole, writeCrashConfig } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';
import { workers } from './whole-state.ts';

/** Says twice what was done where a command that outlived its process did it as well. */
const make = 'mkdir -p "$0/bin"; sleep 0.1; echo made >> "$0/made"; cp /bin/sh "$0/bin/run"';
const install = 'sleep 0.1; cat "$1" >> "$0/parts.txt"; ln -s parts.txt "$0/all.txt"';

const runtime = `ref: core.script
name: Script
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment:
    env_type: script
    dir_name: .parts
    create_command: [sh, -c, '${make}', "{env_dir}"]
    interpreter_path: "{env_dir}/bin/run"
  dependencies:
    manifest_file: parts.txt
    install_command: [sh, -c, '${install}', "{env_dir}", "{manifest_path}"]
`;

async function writePacks(fleet: Fleet): Promise<void> {
  await writeCrashConfig(fleet, 'store', `environments: { directory: ${workers} }\n`);
  const here = { build: 'here', directory: join(fleet.directory, workers) };
  Object.assign(fleet.context.config.environments, here);
  await fleet.writePack('core', { 'runtimes/script.yaml': runtime });
  for (const ref of ['shop', 'stall']) await writeSeller(fleet, ref, `${ref} one\n`);
}

function writeSeller(fleet: Fleet, ref: string, parts: string, version = '1.0.0'): Promise<void> {
  const files = {
    'parts.txt': parts,
    'actions/sell.yaml': `ref: ${ref}.sell\nrunner_type: script\nentry_point: sell.sh\n`,
    'actions/sell.sh': `echo ${version}\n`,
  };
  return fleet.writePack(ref, files, { version });
}

testScenarios([
  {
    name: 'install packs with environments',
    like: 'ours',
    verb: ['apply', '--yes'],
    running: [],
    prepare: writePacks,
  },
  {
    name: 'reinstall packs of which one has another manifest',
    like: 'ours',
    verb: ['apply', '--yes'],
    running: ['core', 'shop', 'stall'],
    async prepare(fleet) {
      await writePacks(fleet);
      await applyWhole(fleet);
      await writeSeller(fleet, 'shop', 'shop two\n', '1.1.0');
      await writeSeller(fleet, 'stall', 'stall one\n', '1.1.0');
    },
  },
  {
    name: 'repair environments that are broken, half there and not led to',
    like: 'ours',
    verb: ['apply', '--yes'],
    // What is broken makes room for another one under the same name.
    running: ['core'],
    async prepare(fleet) {
      await writePacks(fleet);
      await applyWhole(fleet);
      const store = fleet.context.config.packStore.directory;
      await unlink(join(store, 'shop/.parts/bin/run'));
      await rm(join(dirname(await realpath(join(store, 'stall/.parts'))), '.complete'));
      await unlink(join(store, 'stall/.parts'));
      await unlink(join(fleet.directory, workers, 'shop/script'));
    },
  },
]);
