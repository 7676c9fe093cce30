import type { Named } from '../content.ts';

const aliases: ReadonlyMap<string, string> = new Map([
  ['shell', 'core.shell'],
  ['bash', 'core.shell'],
  ['sh', 'core.shell'],
  ['python', 'core.python'],
  ['python3', 'core.python'],
  ['node', 'core.nodejs'],
  ['nodejs', 'core.nodejs'],
  ['node.js', 'core.nodejs'],
  ['native', 'core.native'],
  ['builtin', 'core.native'],
  ['standalone', 'core.native'],
]);

const byExtension: ReadonlyMap<string, string> = new Map([
  ['py', 'python'],
  ['js', 'nodejs'],
  ['mjs', 'nodejs'],
  ['cjs', 'nodejs'],
]);

/** What a `runner_type` names, as Attune looks it up: an alias, else a full ref, else a runtime's name. */
export function nameRuntime(runnerType: string): Named {
  const name = runnerType.toLowerCase();
  return { ref: aliases.get(name) ?? name, name };
}

/** The `runner_type` of an action that gives none: by the extension of its entry file, else shell. */
export function inferRunnerType(entryPoint: string): string {
  const extension = /\.([a-z]+)$/.exec(entryPoint)?.[1] ?? '';
  return byExtension.get(extension) ?? 'shell';
}
