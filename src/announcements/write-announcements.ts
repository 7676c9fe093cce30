import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Announced, AnnouncedRule } from './announced.ts';
import { findRuntimeNames } from './find-runtime-names.ts';

interface Writing {
  readonly manager: string;
  /** Where the pack's files are from now on; null where it goes. */
  readonly directory: string | null;
  /** Refs of rules, of whatever pack, that this change gave an action or trigger back. */
  readonly relinked: readonly string[];
}

/**
 * Writes what is to be told of a change, in its transaction and when its rows are written: ids and switches are read
 * from them. Published later, so that nothing is told that was rolled back.
 */
export async function writeAnnouncements(
  transaction: Knex.Transaction,
  { pack, registered, rules, sensors, triggers }: Announced,
  { manager, directory, relinked }: Writing,
): Promise<void> {
  const head = { manager, pack, correlation: randomUUID() };
  if (registered && directory !== null) {
    const names = await findRuntimeNames(transaction, pack, directory);
    if (names.length > 0) await writeRegistered(transaction, head, names);
  }
  const changed = relinked.map((ref): AnnouncedRule => ({ ref, what: 'changed' }));
  await writeRules(transaction, head, [...changed, ...rules]);
  await writeRestarts(transaction, head, { sensors, triggers });
}

interface Head {
  readonly manager: string;
  readonly pack: string;
  readonly correlation: string;
}

const into = 'INSERT INTO attune_sync.announcement (manager, pack, correlation_id, type, payload)';

async function writeRegistered(
  transaction: Knex.Transaction,
  { manager, pack, correlation }: Head,
  names: readonly string[],
): Promise<void> {
  await transaction.raw(
    `${into} SELECT ?, p.ref, ?::uuid, 'PackRegistered',
       jsonb_build_object('pack_id', p.id, 'pack_ref', p.ref, 'version', p.version, 'runtime_names', ?::jsonb)
       FROM pack p WHERE p.ref = ?`,
    [manager, correlation, JSON.stringify(names), pack],
  );
}

/** Rules that were set aside and came back with this change count as created: what is restored now says so. */
async function writeRules(
  transaction: Knex.Transaction,
  { manager, pack, correlation }: Head,
  rules: readonly AnnouncedRule[],
): Promise<void> {
  await transaction.raw(
    `WITH touched AS (
       SELECT t.ref, CASE WHEN bool_or(t.what = 'created') THEN 'created' ELSE max(t.what) END AS what FROM (
         SELECT j.ref, j.what FROM jsonb_to_recordset(?::jsonb) AS j(ref text, what text)
          UNION ALL
         SELECT v.ref, 'created' FROM attune_sync.preserved v WHERE v.kind = 'rule' AND v.restored = now()
       ) t GROUP BY t.ref
     )
     ${into} SELECT ?, ?, ?::uuid, m.type, m.payload FROM (
       SELECT r.id, 'RuleCreated' AS type, ${created} AS payload FROM rule r JOIN touched t USING (ref) WHERE t.what = 'created'
        UNION ALL
       SELECT r.id, 'RuleEnabled', ${enabled} FROM rule r JOIN touched t USING (ref) WHERE t.what <> 'created' AND r.enabled
        UNION ALL
       SELECT r.id, 'RuleDisabled', ${disabled} FROM rule r JOIN touched t USING (ref) WHERE t.what = 'switched' AND NOT r.enabled
     ) m ORDER BY m.id`,
    [JSON.stringify(rules), manager, pack, correlation],
  );
}

/**
 * Attune starts the sensors of a trigger anew, or ends them, when it hears of a rule that uses the trigger. One enabled
 * rule of each is enough, and none where a message of this change is about one already. Sensors that were set aside and
 * came back with this change are among them.
 */
async function writeRestarts(
  transaction: Knex.Transaction,
  { manager, pack, correlation }: Head,
  { sensors, triggers }: Pick<Announced, 'sensors' | 'triggers'>,
): Promise<void> {
  const own = sensors === 'all' ? { isAll: true, refs: [] } : { isAll: false, refs: [...sensors] };
  await transaction.raw(
    `${into} SELECT ?, ?, ?::uuid, 'RuleEnabled', ${enabled} FROM (
       SELECT DISTINCT ON (one.trigger) one.* FROM rule one
        WHERE one.enabled AND EXISTS (SELECT FROM sensor s WHERE s.trigger = one.trigger AND s.enabled)
          AND (one.trigger = ANY(?::bigint[]) OR EXISTS (
            SELECT FROM sensor s WHERE s.trigger = one.trigger AND (s.pack_ref = ? AND (?::boolean OR s.ref = ANY(?::text[]))
               OR s.ref IN (SELECT v.ref FROM attune_sync.preserved v WHERE v.kind = 'sensor' AND v.restored = now()))))
          AND NOT EXISTS (
            SELECT FROM attune_sync.announcement a JOIN rule told ON told.id = (a.payload ->> 'rule_id')::bigint
             WHERE a.correlation_id = ?::uuid AND told.trigger = one.trigger)
        ORDER BY one.trigger, one.id
     ) r`,
    [manager, pack, correlation, [...triggers], pack, own.isAll, own.refs, correlation],
  );
}

const named = `'rule_id', r.id, 'rule_ref', r.ref`;
const asked = `'trigger_ref', r.trigger_ref, 'trigger_params', r.trigger_params`;
const created = `jsonb_build_object(${named}, 'trigger_id', r.trigger, 'action_id', r.action, 'action_ref', r.action_ref, ${asked}, 'enabled', r.enabled)`;
const enabled = `jsonb_build_object(${named}, ${asked})`;
const disabled = `jsonb_build_object(${named}, 'trigger_ref', r.trigger_ref)`;
