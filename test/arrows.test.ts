import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** The way data goes, a step a line: what stands in one knows only its own line and those above it, types included. */
const steps: readonly (readonly string[])[] = [
  ['disk-fault.ts', 'errors.ts', 'json.ts', 'secret.ts', 'redactor.ts', 'know-secrets.ts', 'logger.ts', 'progress.ts'],
  ['text', 'problems', 'yaml'],
  ['packs', 'config'],
  ['database', 'context.ts'],
  ['sources', 'store'],
  ['desired', 'actual'],
  ['plan'],
  ['apply'],
  ['look.ts'],
  ['reconcile.ts'],
  ['daemon', 'commands'],
  ['cli', 'cli.ts'],
];

/** Rooms side by side that must not know each other. */
const strangers: readonly (readonly [string, string])[] = [
  ['desired', 'actual'],
  ['packs', 'config'],
  ['daemon', 'commands'],
];

test('nothing imports what comes later on the way from sources to what is written', () => {
  const places = new Map(steps.flatMap((rooms, step) => rooms.map((room) => [room, step] as const)));
  const wrong = imports().filter(({ from, to }) => {
    const [here, there] = [places.get(from), places.get(to)];
    return here === undefined || there === undefined || there > here;
  });
  assert.deepEqual(wrong, []);
});

test('rooms that stand side by side do not know each other', () => {
  const pairs = strangers.flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]);
  assert.deepEqual(
    imports().filter(({ from, to }) => pairs.includes(`${from} ${to}`)),
    [],
  );
});

function imports(): { from: string; to: string; file: string }[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    return [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)].map(([, path = '']) => {
      const target = relative(src, resolve(src, dirname(file), path));
      return { from: roomOf(file), to: roomOf(target), file };
    });
  });
  assert.ok(found.length > 500, 'imports are seen');
  return found.filter(({ from, to }) => from !== to);
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}
