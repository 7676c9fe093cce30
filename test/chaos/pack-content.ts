/** Files by path. */
export type PackFiles = Readonly<Record<string, string>>;

/** The pack that owns the runtime of all the others. */
export const corePack = 'core';

export function packRefs(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => (n === 0 ? corePack : `pack_${String(n).padStart(2, '0')}`));
}

/** What the author of a pack published for the nth time; three times in a row under one version. */
export function packContent(ref: string, generation: number): PackFiles {
  return {
    'pack.yaml': `ref: ${ref}
label: Pack ${ref}
version: 1.${Math.floor(generation / 3)}.0
description: Generation ${generation}
conf_schema:
  greeting: { type: string, default: Hello }
`,
    'triggers/event.yaml': `ref: ${ref}.event\nlabel: Event\n`,
    'actions/job.yaml': `ref: ${ref}.job
label: Job ${generation}
description: The work
runner_type: shell
entry_point: job.sh
`,
    'actions/job.sh': `#!/bin/sh\necho ${ref} ${generation}\n`,
    'rules/react.yaml': `ref: ${ref}.react
label: React
trigger_ref: ${ref}.event
action_ref: ${ref}.job
action_params: { generation: ${generation} }
`,
    ...(ref === corePack ? runtimes : {}),
  };
}

/** What an author pushes who was interrupted: no pack any more. */
export const brokenContent: PackFiles = { 'pack.yaml': 'ref: [\nversion 1.0.0\n' };

export function packDocument(ref: string, url: string, greeting: number): string {
  return `kind: Pack
ref: ${ref}
source:
  git: { url: "${url}", branch: main, path: packs/${ref} }
config: { greeting: Greeting ${greeting} }
`;
}

const runtimes: PackFiles = {
  'runtimes/shell.yaml': `ref: core.shell
name: Shell
distributions: {}
execution_config: { interpreter: { binary: /bin/sh, args: [], file_extension: .sh } }
`,
};
