import type { Context } from '../context.ts';
import { createGit, type Git } from './git/git.ts';

const opened = new WeakMap<Context, Git>();

/** The context's one `Git`: shared, so that all who use a mirror at once share its lock. */
export function openGit(context: Context): Git {
  const known = opened.get(context);
  if (known !== undefined) return known;
  const { config, log, redactor, signal, environment, remoteListeners = new Set() } = context;
  const { git: settings, stateDir } = config;
  const git = createGit({ settings, stateDir, log, redactor, signal, environment, remoteListeners });
  opened.set(context, git);
  return git;
}
