export interface VariableOptions {
  /** Where programs are looked for. */
  readonly path: string;
  /** A directory that goes with the command: the home of whatever it writes down. */
  readonly home: string;
  readonly temporary: string;
  /** What package managers have downloaded, for the next build. */
  readonly cache: string;
  /** Packages that npm installs may run their own scripts. */
  readonly buildScripts: boolean;
  /** Those of the configuration, which win. */
  readonly more: Readonly<Record<string, string>>;
}

/** All that a command of a pack's author gets of an environment: no database, no token, nothing of the caller's. */
export function buildVariables(options: VariableOptions): Readonly<Record<string, string>> {
  return {
    PATH: options.path,
    HOME: options.home,
    TMPDIR: options.temporary,
    LANG: 'C.UTF-8',
    PIP_CACHE_DIR: `${options.cache}/pip`,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    npm_config_cache: `${options.cache}/npm`,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    ...(options.buildScripts ? {} : { npm_config_ignore_scripts: 'true' }),
    ...options.more,
  };
}
