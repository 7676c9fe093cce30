import { execFile } from 'node:child_process';
import { chown, mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '../errors.ts';
import { stagingDirectory } from '../store/paths.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';
import type { BuildLog } from './build-log.ts';
import type { Builder } from './builder.ts';
import { checkReach } from './check-reach.ts';
import type { Recipe, RuntimeConfig } from './environment.ts';
import { fillTemplate, type TemplateValues } from './fill-template.ts';
import { findMade } from './find-made.ts';
import { endCommands } from './kill-family.ts';
import { mendLinks } from './mend-links.ts';
import { removeTree } from './remove-tree.ts';
import { requireDirectory } from './require-directory.ts';
import { runStep } from './run-step.ts';
import { makeScratch, type Scratch } from './scratch.ts';
import { settleTree } from './settle-tree.ts';
import { writeInstalled, writeMark } from './write-mark.ts';

export interface BuildJob {
  readonly recipe: Recipe;
  /** The published directory of the pack, absolute. */
  readonly pack: string;
  /** Called once something is to be logged. */
  readonly openLog: () => Promise<BuildLog>;
}

/**
 * Builds an environment with the commands of its runtime, and marks it as whole when it is on the disk. Must run under
 * the lock of its key.
 *
 * @param place the directory of its key, where nothing stands; of a build that fails something may be left there
 * @throws SyncError `environment-failed`, `environment-timeout`, `command-not-found`, `disk-full`,
 *   `user-kept-out`, `aborted`
 */
export async function buildEnvironment(builder: Builder, job: BuildJob, place: string): Promise<void> {
  const { config } = builder.context;
  const store = config.packStore.directory;
  const root = join(store, stagingDirectory, `build-${job.recipe.key}`);
  try {
    endCommands(root);
    await removeTree(root);
    const scratch = await makeScratch(root, job.pack, builder.user);
    await build(builder, job, place, scratch);
  } catch (error) {
    // While what fills the disk is still there.
    throw await tellDiskFault(config, error, store);
  } finally {
    // What is left of it is swept, or goes with the next build.
    await removeTree(root).catch(() => {});
  }
}

async function build(builder: Builder, job: BuildJob, place: string, scratch: Scratch): Promise<void> {
  const { recipe } = job;
  const log = await job.openLog();
  const started = builder.context.now();
  const { environment } = recipe.config;
  if (environment === null) throw new Error(`no environment to build for ${recipe.runtime}`);
  const directory = join(place, environment.directory);
  await mkdir(place, { mode: 0o755 });
  if (builder.user !== undefined) {
    await chown(place, builder.user.uid, builder.user.gid);
    await checkReach(place, builder.user);
  }
  await runCommands(builder, recipe, { directory, scratch, log });
  const bytes = await finish(builder, job, { place, directory, scratch }).catch(async (error: unknown) => {
    // Its commands ended well: without this the log would end without saying that nothing came of it.
    const why = error instanceof Error ? error.message : String(error);
    await log.note(`The environment of ${recipe.runtime} is not whole: ${why}\n`).catch(() => {});
    throw error;
  });
  await promisify(execFile)('sync', ['-f', place]);
  await writeMark(place, recipe, { started, now: builder.context.now(), bytes });
  await log.note(`The environment of ${recipe.runtime} is whole: ${directory}\n`);
}

interface MadePlaces {
  readonly place: string;
  readonly directory: string;
  readonly scratch: Scratch;
}

/** What commands made becomes ours, and is looked over. @returns how large it is, in bytes */
async function finish(
  builder: Builder,
  { recipe, pack }: BuildJob,
  { place, directory, scratch }: MadePlaces,
): Promise<number> {
  const { environment } = recipe.config;
  if (environment === null) throw new Error(`no environment to build for ${recipe.runtime}`);
  const origin = await findMade(directory, environment, scratch);
  // Before anything is written there: from here on only this process can put something else in its place.
  const bytes = await settleTree(place, { builder: builder.user, groupId: builder.groupId });
  requireDirectory(directory, environment.directory);
  const isOwn = recipe.manifest?.isOwn === true;
  await mendLinks({ directory, origin, scratch, pack: isOwn ? pack : null });
  await requireInterpreter(environment, valuesOf(recipe, directory, scratch));
  if (recipe.manifest !== null) await writeInstalled(directory, recipe.manifest.digest);
  return bytes;
}

interface Build {
  readonly directory: string;
  readonly scratch: Scratch;
  readonly log: BuildLog;
}

async function runCommands(builder: Builder, recipe: Recipe, { directory, scratch, log }: Build): Promise<void> {
  const { environment, dependencies } = recipe.config;
  const templates = [environment?.create ?? [], recipe.manifest === null ? [] : (dependencies?.install ?? [])];
  for (const template of templates) {
    if (template.length === 0) continue;
    const values = valuesOf(recipe, directory, scratch);
    const interpreter = (await findInside(environment, values)) ?? values.interpreter;
    const argv = template.map((part) => fillTemplate(part, { ...values, interpreter }));
    await runStep(builder, { argv, template, buildScripts: recipe.buildScripts, scratch, log });
  }
}

function valuesOf({ config, interpreter, manifest }: Recipe, directory: string, scratch: Scratch): TemplateValues {
  return {
    packDirectory: scratch.pack,
    environmentDirectory: directory,
    name: config.environment?.directory ?? '',
    interpreter: interpreter?.path ?? config.interpreter?.binary ?? '',
    manifestPath: join(scratch.pack, manifest?.path ?? ''),
  };
}

/** The interpreter that the environment brings, once it is there. */
async function findInside(environment: RuntimeConfig['environment'], values: TemplateValues): Promise<string | null> {
  if (environment === null || environment.interpreterPath === null) return null;
  const path = fillTemplate(environment.interpreterPath, values);
  return stat(path).then(
    () => path,
    () => null,
  );
}

async function requireInterpreter(
  environment: NonNullable<RuntimeConfig['environment']>,
  values: TemplateValues,
): Promise<void> {
  if (environment.interpreterPath === null || (await findInside(environment, values)) !== null) return;
  const path = fillTemplate(environment.interpreterPath, values);
  const named = `\`${environment.interpreterPath}\`, which interpreter_path names`;
  const where = path === environment.interpreterPath ? '' : ` (${path} is not there)`;
  throw new SyncError('environment-failed', `Its commands ended well and made no ${named}${where}`, {
    hint: isAbsolute(path)
      ? 'See create_command and interpreter_path of the runtime.'
      : 'Write interpreter_path from {env_dir} on: `{env_dir}/bin/…`. See create_command of the runtime too.',
  });
}
