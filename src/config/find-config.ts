import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SyncError } from '../errors.ts';

export const configName = 'attune.config.yaml';

/** The absolute path of the configuration: the named file, or the nearest `attune.config.yaml` upwards. */
export async function findConfig(options: { file?: string | undefined; startDirectory: string }): Promise<string> {
  if (options.file !== undefined) return resolve(options.startDirectory, options.file);
  const start = resolve(options.startDirectory);
  for (let directory = start; ; directory = dirname(directory)) {
    const file = join(directory, configName);
    if (await exists(file)) return file;
    if (dirname(directory) === directory) break;
  }
  throw new SyncError('config-not-found', `There is no ${configName} in ${start} or in a directory above it.`, {
    hint: 'Name one with --config FILE.',
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
