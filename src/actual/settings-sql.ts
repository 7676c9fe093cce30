import type { Kind } from '../packs/kinds.ts';

/** Columns that are seen to elsewhere, or say what was found on a machine at one time. */
const seenTo: readonly string[] = [
  ...['id', 'ref', 'pack', 'pack_ref', 'created', 'updated', 'enabled', 'is_adhoc'],
  ...['webhook_enabled', 'webhook_key', 'webhook_config', 'available', 'verified_at'],
];

/** What a column holds where nobody set it: a list in SQL. */
export const nothingSet = `('null'::jsonb, '0'::jsonb, '[]'::jsonb, '{}'::jsonb, 'false'::jsonb, '""'::jsonb)`;

/**
 * What people set in columns of a component that no pack file says (timeouts, retries), as SQL over its row `t`: an
 * object by column, NULL where nothing is set.
 */
export function settingsSql({ columns, links }: Kind): string {
  const linked = links.flatMap(({ column, refColumn }) => (refColumn === undefined ? [column] : [column, refColumn]));
  const known = [...seenTo, ...Object.keys(columns), ...linked].map((name) => `'${name}'`);
  return `(SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(to_jsonb(t) - ARRAY[${known.join(', ')}]) e
            WHERE e.value NOT IN ${nothingSet})`;
}
