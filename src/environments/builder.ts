import { join } from 'node:path';
import type { Context } from '../context.ts';
import { findGroupId } from '../store/set-modes.ts';
import { buildVariables } from './build-variables.ts';
import { findUser } from './find-user.ts';
import type { RunUser } from './run-command.ts';
import type { Scratch } from './scratch.ts';

/** What every command of a pack's author is run with, whichever pack it is of. */
export interface Builder {
  readonly context: Context;
  /** Who runs them; this process's own user without one. */
  readonly user: RunUser | undefined;
  /** The group that gets environments; null: that of who owns them. */
  readonly groupId: number | null;
}

/** @throws SyncError `unknown-group`, and those of `findUser` */
export async function openBuilder(context: Context): Promise<Builder> {
  const { environments, packStore } = context.config;
  const user = environments.runAs === undefined ? undefined : await findUser(environments.runAs);
  const groupId = packStore.group === undefined ? null : await findGroupId(packStore.group);
  return { context, user, groupId };
}

/** The variables of commands that run in a scratch directory. */
export function variablesOf(
  { context, user }: Builder,
  scratch: Scratch,
  { buildScripts }: { readonly buildScripts: boolean },
): Readonly<Record<string, string>> {
  const { config, environment } = context;
  const more = Object.entries(config.environments.variables).map(([name, value]) => [name, String(value.reveal())]);
  return buildVariables({
    path: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    home: scratch.home,
    temporary: scratch.temporary,
    // Another user may not write there, and may not even enter the directory.
    cache: user === undefined ? join(config.stateDir, 'build-cache') : join(scratch.root, 'home', '.cache'),
    buildScripts,
    more: Object.fromEntries(more),
  });
}
