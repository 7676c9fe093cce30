import { type Kind, kinds, packColumns } from '../packs/kinds.ts';
import type { Actual } from './actual.ts';
import { identityOf } from './load-components.ts';

/**
 * One SELECT of `pack, part, value` for everything that decides a change. They read the common tables `input`, `wanted`,
 * `named`, `recorded` and `leaving` of `readFingerprints`. A row that is not there has no part.
 */
export function fingerprintParts(options: {
  readonly missing: Actual['missing'];
  readonly hasInventory: boolean;
  /** False: of config only keys and types count, because nothing could hide a secret behind the digest. */
  readonly keyed: boolean;
}): readonly string[] {
  const present = kinds.filter(({ name }) => !options.missing.kinds.includes(name));
  return [
    packPart(),
    configPart(options.keyed, options.hasInventory),
    ...present.map((kind) => rowsPart(kind, options.missing)),
    ...present.flatMap(usesParts),
    ...present.map(targetPart),
    namedRuntimePart(),
    ...present.flatMap(orphanParts),
    ...(options.hasInventory ? inventoryParts() : []),
  ];
}

function packPart(): string {
  const columns = Object.keys(packColumns).map((name) => `'${name}', p.${name}`);
  return `SELECT i.pack, 'pack ' || p.ref, jsonb_build_object('id', p.id, 'storage', p.storage_path, ${columns.join(', ')})
            FROM input i JOIN pack p ON p.ref = i.pack`;
}

/** A key that neither the document nor the pack nor our record names is a person's, and decides nothing. */
function configPart(keyed: boolean, hasInventory: boolean): string {
  const known = hasInventory
    ? ` OR c.key IN (SELECT jsonb_object_keys(s.config) FROM attune_sync.pack s WHERE s.ref = i.pack)
        OR c.key IN (SELECT unnest(s.document_keys) FROM attune_sync.pack s WHERE s.ref = i.pack)
        OR c.key IN (SELECT o.field FROM attune_sync.override o WHERE o.pack = i.pack AND o.kind = 'pack')`
    : '';
  return `SELECT i.pack, 'config ' || c.key, ${keyed ? 'c.value' : 'to_jsonb(jsonb_typeof(c.value))'}
            FROM input i JOIN pack p ON p.ref = i.pack CROSS JOIN LATERAL jsonb_each(p.config) c
           WHERE c.key IN (SELECT jsonb_array_elements_text(i.keys))${known}`;
}

/** Rows that the content or our record names, whosever they are: another's is a conflict. */
function rowsPart(kind: Kind, missing: Actual['missing']): string {
  const columns = Object.keys(kind.columns).filter((column) => !missing.columns.includes(`${kind.table}.${column}`));
  const links = kind.links.flatMap(({ column, refColumn }) =>
    refColumn === undefined ? [column] : [column, refColumn],
  );
  const { ref, packRef, join } = identityOf(kind);
  const values = [
    `'id', t.id`,
    `'pack', ${packRef}`,
    ...(kind.hasAdhoc ? [`'adhoc', t.is_adhoc`] : []),
    ...(kind.hasSwitch ? [`'enabled', t.enabled`] : []),
    ...[...columns, ...links].map((name) => `'${name}', t.${name}`),
  ];
  return `SELECT n.pack, '${kind.name} ' || n.ref, jsonb_build_object(${values.join(', ')})
            FROM ${kind.table} t ${join} JOIN named n ON n.kind = '${kind.name}' AND n.ref = ${ref}`;
}

/** Rows that link to what leaves the pack: they block that, and rules become orphans by it. */
function usesParts(kind: Kind): string[] {
  const { ref, join } = identityOf(kind);
  return kind.links
    .filter(({ column }) => column !== 'workflow_def')
    .map(
      ({ column, kind: target }) =>
        `SELECT l.pack, 'user ${kind.name} ' || ${ref} || ' ${column}', jsonb_build_array(t.id, l.id)
           FROM ${kind.table} t ${join} JOIN leaving l ON l.kind = '${target}' AND l.id = t.${column}`,
    );
}

/** By ref alone: a link is looked up by it when it is written, so that another id is the same target. */
function targetPart(kind: Kind): string {
  const { ref, join } = identityOf(kind);
  return `SELECT g.pack, 'target ${kind.name} ' || g.ref, to_jsonb(g.ref)
            FROM ${kind.table} t ${join} JOIN target g ON g.kind = '${kind.name}' AND g.ref = ${ref}`;
}

/** A runtime that is found by its name only. */
function namedRuntimePart(): string {
  return `SELECT g.pack, 'target runtime ' || g.ref || ' by name', to_jsonb(min(t.ref))
            FROM runtime t JOIN target g ON g.kind = 'runtime' AND lower(t.name) = lower(g.name)
           WHERE NOT EXISTS (SELECT FROM runtime x WHERE x.ref = g.ref) GROUP BY g.pack, g.ref`;
}

/** Rules of any pack that name what this one defines, and that nothing links yet. */
function orphanParts(kind: Kind): string[] {
  if (kind.name !== 'rule') return [];
  return kind.links.map(
    ({ column, refColumn, kind: target }) =>
      `SELECT w.pack, 'orphan rule ' || t.ref || ' ${column}', to_jsonb(t.${refColumn})
         FROM rule t JOIN wanted w ON w.kind = '${target}' AND w.ref = t.${refColumn} WHERE t.${column} IS NULL`,
  );
}

function inventoryParts(): string[] {
  return [
    `SELECT i.pack, 'record pack ' || s.ref,
            jsonb_build_array(s.manager, s.version, s.digest, s.source, s.prune, s.columns, s.config, s.document_keys)
       FROM input i JOIN attune_sync.pack s ON s.ref = i.pack`,
    `SELECT r.pack, 'record ' || r.kind || ' ' || r.ref, jsonb_build_array(r.id, r.columns, r.names, r.enabled)
       FROM recorded r`,
    `SELECT i.pack, 'override ' || o.kind || ' ' || o.ref || ' ' || o.field, o.value
       FROM input i JOIN attune_sync.override o ON o.pack = i.pack`,
    `SELECT i.pack, 'hold ' || h.pack, jsonb_build_array(h.digest, h.to_digest)
       FROM input i JOIN attune_sync.hold h ON h.pack = i.pack`,
    `SELECT i.pack, 'preserved ' || v.field || ' ' || v.id, jsonb_build_array(v.ref, v.value)
       FROM input i JOIN attune_sync.preserved v ON v.pack = i.pack
      WHERE v.kind = 'config' AND v.field IS NOT NULL AND v.restored IS NULL`,
  ];
}
