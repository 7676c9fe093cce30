import type { Config } from '../../config/config.ts';
import { type ConfigOptions, loadConfig } from '../../config/load-config.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { readConfigLeniently } from '../read-config-leniently.ts';
import { asFinding, type Finding, findingsOf, ok } from './finding.ts';

export interface ReadConfiguration {
  /** What the other checks go by; null where the file gives none, however leniently it is read. */
  readonly config: Config | null;
  /** False: it was read leniently, and can hold what is no value. */
  readonly isSound: boolean;
  readonly findings: readonly Finding[];
}

/**
 * The configuration with what is wrong in it. One that lacks only what the environment should give is good enough for the
 * checks that need nothing of that.
 */
export async function readConfiguration(options: ConfigOptions): Promise<ReadConfiguration> {
  try {
    const { config, problems } = await loadConfig(options);
    const entries = countOf(config.desiredState.length, 'entry', 'entries');
    const read = ok(`${config.file}: manager ${config.name}, ${entries} of desired state.`);
    return { config, isSound: true, findings: [read, ...problems.map(asFinding)] };
  } catch (error) {
    const findings = findingsOf(error);
    return { config: await readConfigLeniently(options).catch(() => null), isSound: false, findings };
  }
}
