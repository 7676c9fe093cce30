import type { Config } from '../config/config.ts';
import { readYaml, type YamlFile } from '../yaml/read-yaml.ts';

/** Reads YAML like `readYaml`, but a text that was read in the last pass, of the same file, not again. */
export interface YamlMemory {
  read(text: string, file: string): YamlFile;
  /** Forgets what was not read since the last call. */
  endPass(): void;
}

interface Remembered {
  readonly text: string;
  readonly yaml: YamlFile;
}

/** Characters of all texts that are remembered; what was read of them takes about ten times as much. */
const mostCharacters = 2 * 1024 * 1024;

const opened = new WeakMap<Config, YamlMemory>();

/** The one memory of a configuration, which the passes of a daemon share. */
export function openYamlMemory(config: Config): YamlMemory {
  const memory = opened.get(config) ?? createYamlMemory();
  opened.set(config, memory);
  return memory;
}

export function createYamlMemory(): YamlMemory {
  let last = new Map<string, Remembered>();
  let current = new Map<string, Remembered>();
  let characters = 0;
  return {
    read(text, file) {
      const known = current.get(file) ?? last.get(file);
      const yaml = known?.text === text ? known.yaml : readYaml(text, file);
      characters += text.length;
      if (characters <= mostCharacters) current.set(file, { text, yaml });
      return yaml;
    },
    endPass() {
      last = current;
      current = new Map();
      characters = 0;
    },
  };
}
