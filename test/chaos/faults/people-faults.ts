import { appendFile, chmod, lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosWorld } from '../world.ts';
import type { Fault } from './fault.ts';

/** What people do in Attune and on its disk. */
export const peopleFaults: readonly Fault[] = [
  {
    name: 'rule',
    async run(world) {
      const { model, sql, random, refs } = world;
      const pack = random.pick(refs);
      const target = random.pick(refs);
      const ref = `${pack}.mine_${++model.counter}`;
      const made = await sql(
        `INSERT INTO rule (ref, pack, pack_ref, label, description, trigger, trigger_ref, action, action_ref, enabled, is_adhoc)
         SELECT $1, p.id, p.ref, 'Mine', '', t.id, t.ref, a.id, a.ref, TRUE, TRUE
           FROM pack p JOIN trigger t ON t.ref = p.ref || '.event', action a WHERE p.ref = $2 AND a.ref = $3 RETURNING id`,
        [ref, pack, `${target}.job`],
      );
      if (made.length === 0) return absent(pack);
      model.rules.set(ref, `${target}.job`);
      return `somebody made the rule ${ref} for ${target}.job`;
    },
  },
  {
    name: 'key',
    async run({ model, sql, random, refs }) {
      const pack = random.pick(refs);
      const ref = `key_${++model.counter}`;
      const made = await sql(
        `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
         SELECT $1, 'action', id, ref, $1, FALSE, '"mine"' FROM action WHERE ref = $2 RETURNING id`,
        [ref, `${pack}.job`],
      );
      if (made.length === 0) return absent(pack);
      model.keys.set(ref, `${pack}.job`);
      return `somebody gave ${pack}.job a key`;
    },
  },
  {
    name: 'switch',
    async run({ model, sql, random, refs }) {
      const pack = random.pick(refs);
      const made = await sql('UPDATE rule SET enabled = FALSE WHERE ref = $1 RETURNING id', [`${pack}.react`]);
      if (made.length === 0) return absent(pack);
      model.switchedOff.add(`${pack}.react`);
      return `somebody switched ${pack}.react off`;
    },
  },
  {
    name: 'setting',
    async run({ model, sql, random, refs }) {
      const pack = random.pick(refs);
      const value = ++model.counter;
      const made = await sql(
        `UPDATE pack SET config = config || jsonb_build_object('note', $2::int) WHERE ref = $1 RETURNING id`,
        [pack, value],
      );
      if (made.length === 0) return absent(pack);
      model.notes.set(pack, value);
      return `somebody set a config key of ${pack}`;
    },
  },
  {
    name: 'row',
    async run({ model, sql, random, refs }) {
      const pack = random.pick(refs);
      const [what, statement] = random.pick([
        ['the label of its action', `UPDATE action SET label = 'Mine' WHERE ref = '${pack}.job'`],
        ['its rule', `DELETE FROM rule WHERE ref = '${pack}.react'`],
        ['what its rule gives', `UPDATE rule SET action_params = '{}' WHERE ref = '${pack}.react'`],
      ] as const);
      // Whoever deletes what somebody set, before anybody has seen it, has lost it.
      if (what === 'its rule' && model.switchedOff.has(`${pack}.react`)) return `nothing: ${pack}.react is off`;
      await sql(statement);
      return `somebody changed or deleted ${what} in ${pack}`;
    },
  },
  {
    name: 'published-file',
    async run(world) {
      const pack = world.random.pick(world.refs);
      const directory = await installedDirectory(world, pack);
      if (directory === undefined) return absent(pack);
      const file = join(directory, 'actions/job.sh');
      await chmod(file, 0o755);
      await appendFile(file, 'echo changed\n');
      return `somebody changed a file of ${pack} in the pack store`;
    },
  },
  {
    name: 'own-file',
    async run(world) {
      const pack = world.random.pick(world.refs);
      const directory = await installedDirectory(world, pack);
      if (directory === undefined || world.isAway(`document ${pack}`)) return absent(pack);
      const name = `mine-${++world.model.counter}.txt`;
      await chmod(directory, 0o755);
      await writeFile(join(directory, name), 'mine\n');
      world.model.files.add(`${pack}/${name}`);
      return `somebody put a file into ${pack} in the pack store`;
    },
  },
];

async function installedDirectory({ directory }: ChaosWorld, pack: string): Promise<string | undefined> {
  const link = join(directory, 'store', pack);
  return lstat(join(link, 'actions')).then(
    () => link,
    () => undefined,
  );
}

function absent(pack: string): string {
  return `nothing: ${pack} is not installed`;
}
