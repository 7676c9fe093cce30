import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import type { Fleet } from '../support/fleet.ts';
import { makePeoplesThings } from '../support/peoples-things.ts';
import { applyWhole } from './scenario.ts';

export const shopSchema = `conf_schema:
  greeting: { type: string, default: Hello }
  password: { type: string, secret: true, default: changeme }
  limit: { type: integer, default: 3 }
`;

/** Two packs as they run: with everything that people made around them, and files that they put beside those of shop. */
export async function writeRunning(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, { pack: shopSchema });
  await applyWhole(fleet);
  await makePeoplesThings(fleet);
  for (const statement of more) await fleet.sql(statement);
  await putBeside(fleet, 'shop/bin/native', 'machine code');
  await putBeside(fleet, 'shop/notes.txt', 'of somebody');
  // What people switched and set is seen, and recorded, once.
  await applyWhole(fleet);
}

/** On what the next version has no more. */
const more: readonly string[] = [
  `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
   SELECT 'shop.fulfil.token', 'action', id, ref, 'token', FALSE, 'canary-fulfil' FROM action WHERE ref = 'shop.fulfil'`,
  `INSERT INTO queue_stats (action_id, total_enqueued, total_completed) SELECT id, 3, 2 FROM action WHERE ref = 'shop.fulfil'`,
  `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
   SELECT 'core.fulfils', p.id, p.ref, 'Fulfils', '', a.id, a.ref, t.id, t.ref, TRUE, TRUE FROM pack p, action a, trigger t
    WHERE p.ref = 'core' AND a.ref = 'shop.fulfil' AND t.ref = 'core.timer'`,
];

async function putBeside(fleet: Fleet, path: string, content: string): Promise<void> {
  const file = join(fleet.context.config.packStore.directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** The next version of shop: a component changed, one new, two gone of which one had keys, rules and assignments. */
export function writeNext(fleet: Fleet, version = '1.1.0'): Promise<void> {
  return fleet.writePack(
    'shop',
    {
      'actions/ship.yaml': 'ref: shop.ship\nlabel: Ship it\nrunner_type: shell\nentry_point: ship.sh\n',
      'actions/ship.py': null,
      'actions/ship.sh': `echo ${version}\n`,
      'actions/pack.yaml': 'ref: shop.pack\nlabel: Pack\nrunner_type: python\nentry_point: pack.py\n',
      'actions/pack.py': 'print("packed")\n',
      'workflows/fulfil.yaml': null,
      'permission_sets/clerk.yaml': null,
    },
    {
      version,
      pack: shopSchema.replace('limit: { type: integer, default: 3 }', 'limit: { type: integer, default: 5 }'),
    },
  );
}
