/** Files of a pack, by path relative to it. */
export type PackFiles = Readonly<Record<string, string>>;

export interface PackShape {
  readonly actions: number;
  readonly triggers: number;
  readonly sensors: number;
  readonly rules: number;
  readonly workflows: number;
}

/** Makes 44 files of a pack, the size of the public ones. */
export const usualShape: PackShape = { actions: 12, triggers: 3, sensors: 2, rules: 3, workflows: 2 };

/** A pack of one version: components that name each other, their code, and what else lies in a repository. */
export function packFiles(ref: string, shape: PackShape = usualShape): PackFiles {
  return {
    'pack.yaml': packYaml(ref),
    'README.md': `# ${ref}\n\n${prose(ref, 12)}`,
    'CHANGELOG.md': `# Changes\n\n## 1.0.0\n\n${prose(ref, 4)}`,
    LICENSE: prose('licence', 40),
    'requirements.txt': 'requests>=2.31\n',
    'lib/client.py': code(ref, 'client'),
    'lib/errors.py': code(ref, 'errors'),
    'lib/format.py': code(ref, 'format'),
    ...numbered(shape.actions, (n) => ({
      [`actions/job_${n}.yaml`]: actionYaml(ref, n),
      [`actions/job_${n}.sh`]: `#!/bin/bash\nset -eu\n# ${ref}, job ${n}\ncat\n`,
    })),
    ...numbered(shape.triggers, (n) => ({ [`triggers/event_${n}.yaml`]: triggerYaml(ref, n) })),
    ...numbered(shape.sensors, (n) => ({
      [`sensors/watch_${n}.yaml`]: sensorYaml(ref, n),
      [`sensors/watch_${n}.sh`]: `#!/bin/bash\nset -eu\n# ${ref}, sensor ${n}\nsleep 60\n`,
    })),
    ...numbered(shape.rules, (n) => ({ [`rules/react_${n}.yaml`]: ruleYaml(ref, n) })),
    ...numbered(shape.workflows, (n) => ({ [`workflows/flow_${n}.yaml`]: workflowYaml(ref, n) })),
  };
}

/** The runtimes that actions and sensors of all packs name; they belong into a pack `core`. */
export const runtimeFiles: PackFiles = {
  'runtimes/shell.yaml': `ref: core.shell
name: Shell
execution_config:
  interpreter: { binary: /bin/bash, args: [], file_extension: .sh }
`,
};

/** The file of one action of the pack with another label, by path. */
export function changedAction(ref: string, label: string): PackFiles {
  return { 'actions/job_1.yaml': actionYaml(ref, 1, label) };
}

function packYaml(ref: string): string {
  return `ref: ${ref}
label: Pack ${ref}
version: 1.0.0
description: ${prose(ref, 1).trim()}
conf_schema:
  base_url: { type: string, default: "https://${ref}.example.com" }
  round: { type: integer, default: 0, description: Which save this is }
meta: { category: measuring }
tags: [measuring, ${ref}]
`;
}

function actionYaml(ref: string, n: number, label = `Job ${n}`): string {
  return `ref: ${ref}.job_${n}
label: ${label}
description: ${prose(ref, 1).trim()}
runner_type: shell
entry_point: job_${n}.sh
parameters:
  name: { type: string, required: true, description: Name of the thing }
  count: { type: integer, default: ${n}, minimum: 0, description: How many }
  dry: { type: boolean, default: false, description: Only say what would be done }
output:
  result: { type: string, description: What was done }
  changed: { type: boolean, description: Whether anything was }
output_format: json
`;
}

function triggerYaml(ref: string, n: number): string {
  return `ref: ${ref}.event_${n}
label: Event ${n}
description: ${prose(ref, 1).trim()}
parameters:
  filter: { type: string, description: Which of them }
output:
  id: { type: string, description: Which one it was }
  at: { type: string, format: date-time, description: When }
`;
}

function sensorYaml(ref: string, n: number): string {
  return `ref: ${ref}.watch_${n}
label: Watch ${n}
description: ${prose(ref, 1).trim()}
runner_type: shell
entry_point: watch_${n}.sh
trigger_types: [${ref}.event_${n}]
config: { seconds: 60 }
`;
}

function ruleYaml(ref: string, n: number): string {
  return `ref: ${ref}.react_${n}
label: React ${n}
description: ${prose(ref, 1).trim()}
trigger_ref: ${ref}.event_${n}
action_ref: ${ref}.job_${n}
action_params: { name: "{{ event.payload.id }}", count: ${n} }
`;
}

function workflowYaml(ref: string, n: number): string {
  return `ref: ${ref}.flow_${n}
label: Flow ${n}
description: ${prose(ref, 1).trim()}
version: 1.0.0
parameters:
  name: { type: string, required: true, description: Name of the thing }
tasks:
  - name: first
    action: ${ref}.job_1
    input: { name: "{{ parameters.name }}" }
    next: [{ when: "{{ succeeded() }}", do: [second] }]
  - name: second
    action: ${ref}.job_2
    input: { name: "{{ parameters.name }}" }
`;
}

function numbered(count: number, files: (n: number) => PackFiles): PackFiles {
  return Object.assign({}, ...Array.from({ length: count }, (_, index) => files(index + 1)));
}

function prose(subject: string, lines: number): string {
  return `What ${subject} does is of no matter, but it takes about as many words as it would.\n`.repeat(lines);
}

function code(ref: string, name: string): string {
  return `"""${ref}: ${name}"""\n\n\ndef ${name}(value):\n    return value\n\n\n`.repeat(12);
}
