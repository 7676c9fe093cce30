import type { Context } from '../context.ts';
import { createGit, type Git } from './git/git.ts';

const opened = new WeakMap<Context['config'], WeakMap<AbortSignal, Git>>();

/** The one `Git` of a configuration until its signal aborts: all who use a mirror at once must share its lock. */
export function openGit(context: Context): Git {
  const handles = opened.get(context.config) ?? new WeakMap<AbortSignal, Git>();
  opened.set(context.config, handles);
  const known = handles.get(context.signal);
  if (known !== undefined) return known;
  const { config, log, redactor, signal, environment, remoteListeners = new Set() } = context;
  const { git: settings, stateDir } = config;
  const git = createGit({ settings, stateDir, log, redactor, signal, environment, remoteListeners });
  handles.set(signal, git);
  return git;
}
