import { readSavedPlan } from '../../commands/read-saved-plan.ts';
import { SyncError } from '../../errors.ts';
import { reconcile } from '../../reconcile.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import type { DataFormat } from '../write-data.ts';
import { showPlans, writeResult } from './apply.ts';

interface ApplySavedOptions {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly skipDeps?: boolean;
  readonly despiteWindow?: string;
  readonly skipTests?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Applies what `plan --out` saved, and nothing else: who gives the file has read it, so that nothing is asked. */
export async function applySavedVerb(shell: Shell, file: string, options: ApplySavedOptions): Promise<number> {
  if (
    options.target !== undefined ||
    options.reinstall !== undefined ||
    options.skipDeps === true ||
    options.despiteWindow !== undefined
  ) {
    throw new SyncError(
      'saved-plan-options',
      'A saved plan is applied as it was saved, without --target, --reinstall, --skip-deps and --despite-window.',
      {
        hint: 'Make another one: `attune-sync plan --target REF --out FILE`.',
        retry: 'never',
      },
    );
  }
  const saved = await readSavedPlan(file, shell.directory);
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const reconciled = await reconcile(database, {
        cause: 'apply',
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        saved,
        ...(saved.targets === null ? {} : { targets: saved.targets }),
        ...(saved.reinstall.length === 0 ? {} : { reinstall: saved.reinstall }),
        ...(options.skipTests === true ? { skipTests: true } : {}),
        ...(saved.skipsDependencies === true ? { skipDependencies: true } : {}),
        ...(options.output === 'text' ? { onPlan: showPlans(shell.out, shell.directory) } : {}),
      });
      const code = await writeResult(shell, options.output, reconciled);
      const isStale = reconciled.plan.changes.some(({ blocks }) => blocks.some((block) => block.code === 'plan-stale'));
      if (isStale) shell.err.write(`What was refused needs a new plan: attune-sync plan --out ${file}\n`);
      return code;
    }),
  );
}
