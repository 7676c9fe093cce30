/**
 * Every kind of component as data: its folder in a pack, its table, its columns and what it names.
 * Reading, planning and applying all go by this one table, so that no kind has code of its own
 * where the others would do. Columns are those of seed 004 and ../../docs/pack-format.md.
 */
export type KindName =
  | 'runtime'
  | 'runtime_version'
  | 'trigger'
  | 'permission_set'
  | 'workflow'
  | 'action'
  | 'sensor'
  | 'policy'
  | 'rule';

export type ColumnType = 'text' | 'text[]' | 'jsonb' | 'boolean' | 'integer' | 'policy_method_enum';

export interface Column {
  readonly type: ColumnType;
  /** May be missing in a database that an older Attune made; then it is neither read nor written. */
  readonly optional?: true;
}

/** A foreign key to a component that the file names by ref. */
export interface Link {
  /** The column that holds the id. */
  readonly column: string;
  /** The column that holds the ref as text, where there is one. */
  readonly refColumn?: string;
  readonly kind: KindName;
  /** NOT NULL in Attune: without what it names the component cannot be written. */
  readonly required: boolean;
}

export interface Kind {
  readonly name: KindName;
  /** What people call several of them. */
  readonly plural: string;
  readonly table: string;
  /** Columns the pack's files decide (class *pack* of design §5), beside pack, pack_ref, ref and links. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly links: readonly Link[];
  /** Has a column `enabled` that people switch (class *switch*). */
  readonly hasSwitch: boolean;
  /** Has `is_adhoc`: people can create it in Attune's UI. */
  readonly hasAdhoc: boolean;
}

const text = { type: 'text' } as const;
const jsonb = { type: 'jsonb' } as const;
const optionalText = { type: 'text', optional: true } as const;

/** In the order in which rows are written (design §5); deletes go the other way. */
export const kinds: readonly Kind[] = [
  {
    name: 'runtime',
    plural: 'runtimes',
    table: 'runtime',
    columns: { name: text, description: text, distributions: jsonb, installation: jsonb, execution_config: jsonb },
    links: [],
    hasSwitch: false,
    hasAdhoc: false,
  },
  {
    name: 'runtime_version',
    plural: 'runtime versions',
    table: 'runtime_version',
    columns: {
      version: text,
      version_major: { type: 'integer' },
      version_minor: { type: 'integer' },
      version_patch: { type: 'integer' },
      execution_config: jsonb,
      distributions: jsonb,
      is_default: { type: 'boolean' },
      meta: jsonb,
    },
    links: [{ column: 'runtime', refColumn: 'runtime_ref', kind: 'runtime', required: true }],
    hasSwitch: false,
    hasAdhoc: false,
  },
  {
    name: 'trigger',
    plural: 'triggers',
    table: 'trigger',
    columns: { label: text, description: text, param_schema: jsonb, out_schema: jsonb },
    links: [],
    hasSwitch: true,
    hasAdhoc: true,
  },
  {
    name: 'permission_set',
    plural: 'permission sets',
    table: 'permission_set',
    columns: { label: text, description: text, grants: jsonb },
    links: [],
    hasSwitch: false,
    hasAdhoc: false,
  },
  {
    name: 'workflow',
    plural: 'workflows',
    table: 'workflow_definition',
    columns: {
      label: text,
      description: text,
      version: text,
      param_schema: jsonb,
      out_schema: jsonb,
      definition: jsonb,
      tags: { type: 'text[]' },
    },
    links: [],
    hasSwitch: true,
    hasAdhoc: false,
  },
  {
    name: 'action',
    plural: 'actions',
    table: 'action',
    columns: {
      label: text,
      description: text,
      entrypoint: text,
      param_schema: jsonb,
      out_schema: jsonb,
      parameter_delivery: text,
      parameter_format: text,
      output_format: text,
      is_workflow: { type: 'boolean' },
      runtime_version_constraint: optionalText,
    },
    links: [
      { column: 'runtime', kind: 'runtime', required: false },
      { column: 'workflow_def', kind: 'workflow', required: false },
    ],
    hasSwitch: false,
    hasAdhoc: true,
  },
  {
    name: 'sensor',
    plural: 'sensors',
    table: 'sensor',
    columns: {
      label: text,
      description: text,
      entrypoint: text,
      param_schema: jsonb,
      config: jsonb,
      runtime_version_constraint: optionalText,
    },
    links: [
      { column: 'runtime', refColumn: 'runtime_ref', kind: 'runtime', required: true },
      { column: 'trigger', refColumn: 'trigger_ref', kind: 'trigger', required: true },
    ],
    hasSwitch: true,
    hasAdhoc: true,
  },
  {
    name: 'policy',
    plural: 'policies',
    table: 'policy',
    columns: {
      name: text,
      description: text,
      parameters: { type: 'text[]' },
      method: { type: 'policy_method_enum' },
      threshold: { type: 'integer' },
      tags: { type: 'text[]' },
    },
    links: [{ column: 'action', refColumn: 'action_ref', kind: 'action', required: false }],
    hasSwitch: false,
    hasAdhoc: false,
  },
  {
    name: 'rule',
    plural: 'rules',
    table: 'rule',
    columns: { label: text, description: text, conditions: jsonb, action_params: jsonb, trigger_params: jsonb },
    links: [
      { column: 'action', refColumn: 'action_ref', kind: 'action', required: false },
      { column: 'trigger', refColumn: 'trigger_ref', kind: 'trigger', required: false },
    ],
    hasSwitch: true,
    hasAdhoc: true,
  },
];

/** The same kinds for names that may be of none. */
export const kindByName: ReadonlyMap<KindName, Kind> = new Map(kinds.map((kind) => [kind.name, kind]));

/** @throws Error, a fault of this program, where a name is of none */
export function kindOf(name: KindName): Kind {
  const kind = kindByName.get(name);
  if (kind === undefined) throw new Error(`no such kind of component: ${name}`);
  return kind;
}

/** Columns of `pack` that the pack's files decide. */
export const packColumns: Readonly<Record<string, Column>> = {
  label: text,
  description: text,
  version: text,
  conf_schema: jsonb,
  meta: jsonb,
  tags: { type: 'text[]' },
  runtime_deps: { type: 'text[]' },
  dependencies: { type: 'text[]' },
  is_standard: { type: 'boolean' },
};
