import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** The way data goes, a step a line: what stands in one knows only its own line and those above it, types included. */
const steps: readonly (readonly string[])[] = [
  [
    'disk-fault.ts',
    'errors.ts',
    'json.ts',
    'secret.ts',
    'redactor.ts',
    'know-secrets.ts',
    'logger.ts',
    'progress.ts',
    'make-directory.ts',
    'lock-file.ts',
  ],
  ['text', 'problems', 'yaml'],
  ['packs', 'config'],
  ['database', 'context.ts'],
  ['control', 'events'],
  ['sources', 'store', 'environments', 'pack-tests'],
  ['desired', 'actual'],
  ['plan', 'versions'],
  ['announcements'],
  ['apply'],
  ['look.ts', 'look-ahead.ts', 'look-environments.ts', 'look-quiet.ts', 'look-saved.ts', 'look-sides.ts'],
  ['reconcile.ts'],
  ['daemon', 'commands'],
  ['metrics', 'systemd'],
  ['http'],
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

test('no file imports itself by way of others, types included', () => {
  const targets = new Map<string, string[]>();
  for (const { file, target } of allImports()) targets.set(file, [...(targets.get(file) ?? []), target]);
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' > '));
    if (done.has(file)) return;
    done.add(file);
    for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
  };
  for (const file of targets.keys()) follow(file, []);
  assert.deepEqual(circles, []);
});

/** Between rooms. */
function imports(): { from: string; to: string; file: string }[] {
  const found = allImports().map(({ file, target }) => ({ from: roomOf(file), to: roomOf(target), file }));
  return found.filter(({ from, to }) => from !== to);
}

function allImports(): { file: string; target: string }[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    return [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)].map(([, path = '']) => {
      return { file, target: relative(src, resolve(src, dirname(file), path)) };
    });
  });
  assert.ok(found.length > 500, 'imports are seen');
  return found;
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}
