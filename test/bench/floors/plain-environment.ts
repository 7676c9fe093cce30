import { join } from 'node:path';
import { runProgram } from '../../support/run-program.ts';
import { timed } from '../measure.ts';

/** The commands of a runtime, as a person would give them by hand. */
export interface EnvironmentCommands {
  readonly create: readonly string[];
  readonly install: readonly string[];
}

/** One environment of a manifest in an empty directory, made by nothing but its commands. In ms. */
export function plainEnvironment(
  directory: string,
  manifest: string,
  { create, install }: EnvironmentCommands,
): Promise<number> {
  const environment = join(directory, '.venv');
  const values: Readonly<Record<string, string>> = {
    '{env_dir}': environment,
    '{interpreter}': join(environment, 'bin/python3'),
    '{manifest_path}': manifest,
  };
  return timed(async () => {
    for (const template of [create, install]) {
      const [program = '', ...args] = template.map((part) => values[part] ?? part);
      await runProgram(program, args, { directory });
    }
  });
}
