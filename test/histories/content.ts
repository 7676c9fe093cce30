import type { KindName } from '../../src/packs/kinds.ts';

/** What an author writes a file for. A workflow brings an action of the same ref. */
export type PartKind = Exclude<KindName, 'runtime_version'>;

export interface Part {
  readonly kind: PartKind;
  readonly name: string;
  readonly label: string;
  readonly enabled: boolean;
  /** The runtime of an action or sensor, the action of a policy, rule or workflow. */
  readonly first: string;
  /** The trigger of a sensor or rule. */
  readonly second: string;
  /** Of a runtime. */
  readonly versions: readonly string[];
}

/** What a pack's author has written. */
export interface Content {
  readonly version: string;
  readonly config: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
  readonly parts: readonly Part[];
  /** The manifest of its environment, which it has where a part runs in `base.made`. */
  readonly needs: string;
}

/** A row that the content stands for, by what this test looks at. */
export interface ExpectedRow {
  readonly kind: KindName;
  readonly ref: string;
  readonly columns: Readonly<Record<string, string | boolean>>;
  /** By link column the ref it is to lead to where there is such a row. */
  readonly links: Readonly<Record<string, string | null>>;
  readonly enabled?: boolean;
}

export const emptyContent: Content = { version: '1.0.0', config: {}, dependencies: [], parts: [], needs: 'one' };

/** The files of a pack by path inside it. */
export function renderPack(ref: string, content: Content): Record<string, string> {
  const lines = [`ref: ${ref}`, `label: ${ref}`, `version: ${content.version}`];
  if (Object.keys(content.config).length > 0) lines.push(`config: ${JSON.stringify(content.config)}`);
  if (content.dependencies.length > 0) lines.push(`dependencies: ${JSON.stringify(content.dependencies)}`);
  const files: Record<string, string> = {
    'pack.yaml': `${lines.join('\n')}\n`,
    'needs.txt': `${content.needs}\n`,
  };
  for (const part of content.parts) {
    const folder = part.kind === 'policy' ? 'policies' : `${part.kind}s`;
    files[`${folder}/${part.name}.yaml`] = renderPart(ref, part);
    if (part.kind === 'action' || part.kind === 'sensor') files[`${folder}/run.sh`] = 'true\n';
  }
  return files;
}

const fieldsOf: Readonly<Record<PartKind, (part: Part) => readonly string[]>> = {
  runtime: ({ label, versions }) => [
    `name: ${label}`,
    'distributions: {}',
    'execution_config: { interpreter: { binary: /bin/sh } }',
    `versions: ${JSON.stringify(versions.map((version) => ({ version })))}`,
  ],
  trigger: ({ label, enabled }) => [`label: ${label}`, `enabled: ${enabled}`],
  permission_set: ({ label }) => [`label: ${label}`, 'grants: []'],
  workflow: ({ label, enabled, first }) => [
    `label: ${label}`,
    `enabled: ${enabled}`,
    'version: 1.0.0',
    `tasks: [{ name: only, action: ${first} }]`,
  ],
  action: ({ label, first }) => [`label: ${label}`, 'description: d', `runner_type: ${first}`, 'entry_point: run.sh'],
  sensor: ({ label, enabled, first, second }) => [
    `label: ${label}`,
    `enabled: ${enabled}`,
    `runner_type: ${first}`,
    'entry_point: run.sh',
    `trigger_types: [${second}]`,
  ],
  policy: ({ label, first }) => [`name: ${label}`, `action_ref: ${first}`, 'method: enqueue', 'threshold: 1'],
  rule: ({ label, enabled, first, second }) => [
    `label: ${label}`,
    `enabled: ${enabled}`,
    `action_ref: ${first}`,
    `trigger_ref: ${second}`,
  ],
};

function renderPart(pack: string, part: Part): string {
  return `${[`ref: ${pack}.${part.name}`, ...fieldsOf[part.kind](part)].join('\n')}\n`;
}

/** Every row the content stands for, worked out here and not by the reader of packs. */
export function expectedRows(pack: string, { parts }: Content): readonly ExpectedRow[] {
  return parts.flatMap((part) => rowsOfPart(pack, part));
}

function rowsOfPart(pack: string, part: Part): readonly ExpectedRow[] {
  const { kind, label, enabled, first, second } = part;
  const ref = `${pack}.${part.name}`;
  const labelled = { label };
  switch (kind) {
    case 'runtime':
      return [
        { kind, ref, columns: { name: label }, links: {} },
        ...part.versions.map(
          (version): ExpectedRow => ({
            kind: 'runtime_version',
            ref: `${ref}@${version}`,
            columns: { version },
            links: { runtime: ref },
          }),
        ),
      ];
    case 'trigger':
      return [{ kind, ref, columns: labelled, links: {}, enabled }];
    case 'permission_set':
      return [{ kind, ref, columns: labelled, links: {} }];
    case 'workflow':
      return [
        { kind, ref, columns: labelled, links: {}, enabled },
        {
          kind: 'action',
          ref,
          columns: { label, is_workflow: true },
          links: { workflow_def: ref, runtime: null },
        },
      ];
    case 'action':
      return [{ kind, ref, columns: { label, is_workflow: false }, links: { runtime: first, workflow_def: null } }];
    case 'sensor':
      return [
        {
          kind,
          ref,
          columns: { label, runtime_ref: first, trigger_ref: second },
          links: { runtime: first, trigger: second },
          enabled,
        },
      ];
    case 'policy':
      return [{ kind, ref, columns: { name: label, action_ref: first }, links: { action: first } }];
    case 'rule':
      return [
        {
          kind,
          ref,
          columns: { label, action_ref: first, trigger_ref: second },
          links: { action: first, trigger: second },
          enabled,
        },
      ];
  }
}
