import type { Knex } from 'knex';
import type { Fleet } from './fleet.ts';

/** What Attune's own loader makes anew from the files of a pack; rules, policies and workflows it does not. */
const loaded = ['runtime', 'trigger', 'action', 'sensor', 'permission_set'];

/** Columns that point at rows made anew, by the table and the ref of what they point at. */
const links: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  action: { runtime: 'runtime', workflow_def: 'workflow_definition' },
  sensor: { runtime: 'runtime', trigger: 'trigger' },
};

/**
 * What Attune itself does when a pack is registered again: the row goes, with all that hangs on it, and comes back with
 * another id, an empty config and every switch on; of what people made only the ad-hoc rules return.
 */
export async function reinstallAsAttune({ context }: Fleet, pack: string): Promise<void> {
  await context.database.knex.transaction(async (transaction) => {
    const rules = await readRows(transaction, 'rule', `t.pack_ref = ? AND t.is_adhoc`, pack);
    const saved: [string, Row[]][] = [];
    for (const table of loaded) saved.push([table, await readRows(transaction, table, 't.pack_ref = ?', pack)]);
    const [row] = await readRows(transaction, 'pack', 't.ref = ?', pack);
    await transaction.raw('DELETE FROM pack WHERE ref = ?', [pack]);
    const { label, version, conf_schema } = row ?? {};
    const { rows } = (await transaction.raw(
      'INSERT INTO pack (ref, label, version, conf_schema) VALUES (?, ?, ?, ?::jsonb) RETURNING id',
      [pack, String(label), String(version), JSON.stringify(conf_schema)],
    )) as { rows: { id: string }[] };
    const id = rows[0]?.id ?? '';
    for (const [table, all] of saved) {
      for (const one of all.filter(({ is_adhoc }) => is_adhoc !== true)) await insertRow(transaction, table, one, id);
    }
    for (const rule of rules) await insertRow(transaction, 'rule', rule, id);
    await transaction.raw(
      `UPDATE rule r SET action = (SELECT id FROM action WHERE ref = r.action_ref),
              trigger = (SELECT id FROM trigger WHERE ref = r.trigger_ref) WHERE action IS NULL OR trigger IS NULL`,
    );
  });
}

type Row = Record<string, unknown>;

/** Links as the refs of what they point at. */
async function readRows(transaction: Knex.Transaction, table: string, condition: string, pack: string): Promise<Row[]> {
  const refs = Object.entries(links[table] ?? {}).map(
    ([column, target]) => `'${column}', (SELECT l.ref FROM ${target} l WHERE l.id = t.${column})`,
  );
  const { rows } = (await transaction.raw(
    `SELECT to_jsonb(t) || jsonb_build_object(${refs.join(', ')}) AS row FROM ${table} t WHERE ${condition} ORDER BY t.id`,
    [pack],
  )) as { rows: { row: Row }[] };
  return rows.map(({ row }) => row);
}

async function insertRow(transaction: Knex.Transaction, table: string, row: Row, pack: string): Promise<void> {
  const anew: Row = { ...row, pack, ...(table === 'rule' ? { action: null, trigger: null } : reset) };
  delete anew.created;
  delete anew.updated;
  const columns = Object.keys(anew).filter((name) => name in row && name !== 'id');
  const led = links[table] ?? {};
  const values = columns.map((name) =>
    led[name] === undefined ? `x.${name}` : `(SELECT l.id FROM ${led[name]} l WHERE l.ref = v.row ->> '${name}')`,
  );
  const plain = Object.fromEntries(Object.entries(anew).filter(([name]) => led[name] === undefined));
  await transaction.raw(
    `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')}
       FROM (SELECT ?::jsonb AS row, ?::jsonb AS plain) v, jsonb_populate_record((SELECT t FROM ${table} t WHERE FALSE), v.plain) x`,
    [JSON.stringify(anew), JSON.stringify(plain)],
  );
}

const reset: Row = { enabled: true, webhook_enabled: false, webhook_key: null, timeout_seconds: null, max_retries: 0 };
