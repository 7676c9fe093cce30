import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentOf } from './model.ts';
import type { ChaosWorld } from './world.ts';

/** What is not as it should be in the end, in sentences; empty where everything is. */
export async function findDifferences(world: ChaosWorld): Promise<readonly string[]> {
  const found = await Promise.all([checkRows(world), checkRules(world), checkKeys(world), checkFiles(world)]);
  return found.flat();
}

interface PackRow {
  readonly ref: string;
  readonly description: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly label: string | null;
  readonly params: { readonly generation?: number } | null;
  readonly enabled: boolean | null;
  readonly linked: boolean | null;
}

async function checkRows({ sql, model, refs }: ChaosWorld): Promise<readonly string[]> {
  const rows = await sql<PackRow>(
    `SELECT p.ref, p.description, p.config, a.label, r.action_params AS params, r.enabled,
            r.action = a.id AND r.trigger = t.id AND a.runtime IS NOT NULL AS linked
       FROM pack p LEFT JOIN action a ON a.ref = p.ref || '.job' LEFT JOIN rule r ON r.ref = p.ref || '.react'
       LEFT JOIN trigger t ON t.ref = p.ref || '.event'`,
  );
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  const others = [...byRef.keys()].filter((ref) => !refs.includes(ref));
  return [
    ...others.map((ref) => `${ref} is installed, and nobody wants it`),
    ...refs.flatMap((ref) => {
      const row = byRef.get(ref);
      if (row === undefined) return [`${ref} is not installed`];
      const generation = model.generations.get(ref) ?? 0;
      const facts: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
        ['its row', row.description, `Generation ${generation}`],
        ['its action', row.label, `Job ${generation}`],
        ['its rule', row.params?.generation, generation],
        ['its links', row.linked, true],
        ['its greeting', row.config.greeting, `Greeting ${model.greetings.get(ref)}`],
        ['the note of a person', row.config.note, model.notes.get(ref)],
        ['the switch of its rule', row.enabled, !model.switchedOff.has(`${ref}.react`)],
      ];
      return facts
        .filter(([, is, wanted]) => is !== wanted)
        .map(([what, is, wanted]) => `${ref}: ${what} is ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
    }),
  ];
}

async function checkRules({ sql, model }: ChaosWorld): Promise<readonly string[]> {
  const rows = await sql<{ ref: string; action: string | null; whole: boolean }>(
    `SELECT r.ref, a.ref AS action, r.trigger IS NOT NULL AND r.enabled AND r.label = 'Mine' AS whole
       FROM rule r LEFT JOIN action a ON a.id = r.action WHERE r.is_adhoc`,
  );
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  return [...model.rules].flatMap(([ref, action]) => {
    const row = byRef.get(ref);
    if (row === undefined) return [`the rule ${ref}, which a person made, is gone`];
    return row.whole && row.action === action ? [] : [`the rule ${ref} of a person is ${JSON.stringify(row)}`];
  });
}

async function checkKeys({ sql, model }: ChaosWorld): Promise<readonly string[]> {
  const rows = await sql<{ ref: string; owner: string | null }>(
    'SELECT k.ref, a.ref AS owner FROM key k LEFT JOIN action a ON a.id = k.owner_action',
  );
  const owners = new Map(rows.map(({ ref, owner }) => [ref, owner]));
  return [...model.keys].flatMap(([ref, action]) =>
    owners.get(ref) === action ? [] : [`the key ${ref} of ${action} is ${owners.has(ref) ? 'not its' : 'gone'}`],
  );
}

async function checkFiles({ directory, model, refs }: ChaosWorld): Promise<readonly string[]> {
  const found = await Promise.all(
    refs.flatMap((ref) =>
      Object.entries(contentOf(model, ref)).map(async ([path, text]) => {
        const is = await readFile(join(directory, 'store', ref, path), 'utf8').catch(() => undefined);
        return is === text ? [] : [`${ref}/${path} is ${is === undefined ? 'missing' : 'another'} in the pack store`];
      }),
    ),
  );
  const own = await Promise.all(
    [...model.files].map((file) =>
      access(join(directory, 'store', file)).then(
        () => [],
        () => [`${file}, which a person put there, is gone`],
      ),
    ),
  );
  return [...found, ...own].flat();
}
