import type { Problem } from '../errors.ts';
import { isObject } from '../json.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { YamlDocument } from '../yaml/read-yaml.ts';
import type { Config } from './config.ts';
import { isInside } from './is-inside.ts';

type Places = Pick<Config, 'desiredState' | 'environments' | 'packStore' | 'stateDir'>;

/** What the build itself decides, in whatever case npm would read it. */
const own: readonly (readonly [RegExp, string])[] = [
  [/^(?:HOME|TMPDIR)$/, 'Every build has a directory of its own for it. Leave it out.'],
  [
    /^npm_config_ignore_scripts$/i,
    'Write `buildScripts: true` into the document of a pack whose packages need their scripts.',
  ],
];

/** What the schema cannot say of `environments`, where it has passed it. */
export function checkEnvironments(document: YamlDocument, config: Places): Problem[] {
  const { value } = document;
  if (!isObject(value) || !isObject(value.environments)) return [];
  return [...checkOverlap(document, config), ...checkVariables(document, config)];
}

/**
 * Links for Attune's workers stand in `environments.directory` by the refs of packs, as others do in the pack store: one
 * inside the other, a pack could have the name of a directory of the other. Where documents are, every link would be read.
 *
 * @param config with the directories that are compared: as written, or as links on the disk lead to them
 */
export function checkOverlap(document: YamlDocument, config: Places): Problem[] {
  const { environments, packStore, stateDir, desiredState } = config;
  const { directory } = environments;
  if (directory === undefined) return [];
  const others = [
    ['packStore', packStore.directory],
    ['stateDir', stateDir],
    ...desiredState.flatMap((entry, index) =>
      entry.type === 'directory' ? [[`desiredState[${index}]`, entry.directory] as const] : [],
    ),
  ] as const;
  const found = others
    .map(([name, other]) => [name, describeOverlap(directory, other)] as const)
    .find(([, overlap]) => overlap !== undefined);
  if (found === undefined) return [];
  const message = `environments.directory ${found[1]} ${found[0]}; only links to environments belong into it.`;
  const hint = 'Name a directory of its own: the runtime_envs_dir of Attune.';
  return [problemAt(document, ['environments', 'directory'], 'overlapping-directories', message, { hint })];
}

function describeOverlap(directory: string, other: string): string | undefined {
  if (directory === other) return 'is the same directory as';
  if (isInside(directory, other)) return 'lies inside';
  return isInside(other, directory) ? 'contains' : undefined;
}

function checkVariables(document: YamlDocument, { environments }: Places): Problem[] {
  return Object.keys(environments.variables).flatMap((name) => {
    const hint = own.find(([pattern]) => pattern.test(name))?.[1];
    if (hint === undefined) return [];
    const message = `environments.variables.${name} is decided by the build itself.`;
    const path = ['environments', 'variables', name];
    return [problemAt(document, path, 'reserved-variable', message, { part: 'key', hint })];
  });
}
