import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { findConfig } from '../config/find-config.ts';
import { type ConfigOptions, parseConfig } from '../config/load-config.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';

/**
 * The configuration although variables that it names are unset, for what needs nothing of them; null where it has other
 * errors. @throws SyncError `config-not-found`, and errors of the file system
 */
export async function readConfigLeniently(options: ConfigOptions): Promise<Config | null> {
  const file = await findConfig(options);
  const { text } = decodeUtf8(await readFile(file), file);
  return text === null ? null : parseConfig(text, file, options.environment, 'warning').config;
}
