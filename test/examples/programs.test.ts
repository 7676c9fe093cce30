import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const examples = join(import.meta.dirname, '..', '..', 'examples');

interface Case {
  readonly program: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly prints: RegExp;
}

/** Every entry file of the example packs, as its runtime starts it. */
const cases: readonly Case[] = [
  { program: 'packs/core/actions/echo.sh', input: "message='Good day'\n", prints: /^Good day\n$/ },
  { program: 'packs/core/actions/echo.sh', prints: /^Hello\n$/ },
  { program: 'packs/core/actions/wait.sh', input: "seconds='0'\n", prints: /^waited 0 s\n$/ },
  {
    program: 'packs/core/sensors/timer.sh',
    environment: { EVERY_SECONDS: '0', COUNT: '2' },
    prints: /^({"trigger": "core.timer", "payload": {"fired_at": "[^"]+"}}\n){2}$/,
  },
  {
    program: 'packs/greenhouse/sensors/thermometer.py',
    environment: { EVERY_SECONDS: '0', COUNT: '1', STATION: 'south' },
    prints: /^{"trigger": "greenhouse.reading", "payload": {"station": "south", "celsius": [-\d.]+}}\n$/,
  },
  {
    program: 'packs/greenhouse/actions/judge.py',
    input: '{"celsius": 1.5}',
    prints: /^{"needs": "warmth", "celsius": 1.5}\n$/,
  },
  {
    program: 'packs/greenhouse/actions/judge.py',
    input: '{"celsius": 25, "heat_above": 20}',
    prints: /^{"needs": "air", "celsius": 25.0}\n$/,
  },
  {
    program: 'packs/lights/actions/turn_on.sh',
    input: "room='the hall'\nbrightness='30'\n",
    prints: /^The lamps of the hall are on at 30 %\.\n$/,
  },
  { program: 'packs/lights/actions/turn_off.sh', input: "room='attic'\n", prints: /^The lamps of attic are off\.\n$/ },
  {
    program: 'remote/herald/actions/announce.sh',
    input: "text='frost'\nurgent='true'\n",
    prints: /^Hear ye: FROST\n$/,
  },
];

const interpreters: Readonly<Record<string, readonly string[]>> = { sh: ['/bin/bash'], py: ['python3', '-u'] };

for (const { program, input = '', environment = {}, prints } of cases) {
  test(`${program} runs${input === '' ? '' : ` with ${input.trim().replaceAll('\n', ' ')}`}`, async () => {
    const file = join(examples, program);
    await access(file, constants.X_OK);
    const [binary = '', ...args] = interpreters[program.split('.').at(-1) ?? ''] ?? [];
    const env = { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...environment };
    const { stdout, stderr, status } = spawnSync(binary, [...args, file], { input, env, encoding: 'utf8' });
    assert.deepEqual({ stderr, status }, { stderr: '', status: 0 });
    assert.match(stdout, prints);
  });
}
