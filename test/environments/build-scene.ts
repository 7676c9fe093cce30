import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type PackToPrepare, prepareEnvironments } from '../../src/apply/prepare-environments.ts';
import type { Config } from '../../src/config/config.ts';
import type { Context } from '../../src/context.ts';
import { logFile } from '../../src/environments/build-log.ts';
import type { PackEnvironment, RuntimeConfig } from '../../src/environments/environment.ts';
import { environmentPath } from '../../src/environments/paths.ts';
import { SyncError } from '../../src/errors.ts';
import { createTestContext } from '../support/desired.ts';

/** A pack store with published versions, and environments for them that nobody planned. */
export interface BuildScene {
  readonly store: string;
  readonly context: Context;
  /** Publishes version 1.0.0 of a pack; @returns its directory */
  publish(ref: string, files?: Readonly<Record<string, string>>): Promise<string>;
  /** Builds and links, and throws what went wrong with the first of them. */
  prepare(...packs: readonly PackToPrepare[]): Promise<void>;
  logOf(ref: string): string;
}

export const digest = 'abcdef012345'.padEnd(64, '0');

export interface SceneOptions {
  readonly environments?: Partial<Config['environments']>;
  readonly signal?: AbortSignal;
  readonly directory?: string;
}

export async function createScene(t: TestContext, options: SceneOptions = {}): Promise<BuildScene> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'build-')));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return openScene(directory, options);
}

export function openScene(directory: string, { environments = {}, signal }: SceneOptions = {}): BuildScene {
  const base = createTestContext(directory, {
    path: process.env.PATH ?? '',
    ...(signal === undefined ? {} : { signal }),
  });
  const settings = { build: 'here' as const, timeoutMs: 60_000, variables: {}, ...environments };
  const context = { ...base, now: () => new Date(), config: { ...base.config, environments: settings } };
  const store = context.config.packStore.directory;
  return {
    store,
    context,
    async publish(ref, files = {}) {
      const version = join(store, '.versions', ref, `1.0.0-${digest.slice(0, 12)}`);
      for (const [path, text] of Object.entries({ 'pack.yaml': `ref: ${ref}\n`, ...files })) {
        await mkdir(dirname(join(version, path)), { recursive: true });
        await writeFile(join(version, path), text);
      }
      return version;
    },
    async prepare(...packs) {
      const [failure] = (await prepareEnvironments(context, packs)).values();
      if (failure !== undefined) throw failure;
    },
    logOf: (ref) => logFile(context.config.stateDir, { ref, version: '1.0.0', digest }),
  };
}

/** An environment `.venv` that shell scripts make. */
export function shellEnvironment(script: string, more: Partial<PackEnvironment> = {}): PackEnvironment {
  return {
    key: '0123456789abcdef'.repeat(2),
    runtime: 'core.shell',
    version: null,
    config: shellConfig(script),
    interpreter: { path: '/bin/sh', version: null },
    manifest: null,
    buildScripts: false,
    op: 'build',
    why: 'not built yet',
    link: '.venv',
    workerName: 'shell',
    ...more,
  };
}

/** The script finds the environment's directory in `$0` and the pack's in `$1`. */
export function shellConfig(script: string, type = 'shell', directory = '.venv'): RuntimeConfig {
  return {
    interpreter: { binary: 'sh', args: [] },
    environment: {
      type,
      directory,
      create: ['sh', '-c', script, '{env_dir}', '{pack_dir}'],
      interpreterPath: null,
    },
    dependencies: null,
  };
}

export function needing(ref: string, ...environments: readonly PackEnvironment[]): PackToPrepare {
  return { ref, version: '1.0.0', digest, environments };
}

export function placeOf(store: string, { key, config }: PackEnvironment): string {
  return join(store, environmentPath(key), config.environment?.directory ?? '');
}

export function hasCode(code: string, message = /./, hint = /^/) {
  return (error: unknown) => {
    if (!(error instanceof SyncError) || error.code !== code) throw error;
    if (!message.test(error.message)) throw new Error(`${error.message} does not match ${message}`);
    const said = error.problems[0]?.hint ?? '';
    if (!hint.test(said)) throw new Error(`${said} does not match ${hint}`);
    return true;
  };
}
