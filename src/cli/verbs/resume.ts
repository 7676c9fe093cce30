import { resume } from '../../commands/resume.ts';
import { renderResumedJson, renderResumedText } from '../../commands/suspensions/render-suspensions.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface ResumeVerbOptions {
  readonly all?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Applies nothing itself: the daemon does, or the next `apply`. @returns the exit code */
export function resumeVerb(shell: Shell, refs: readonly string[], options: ResumeVerbOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const resumed = await resume(database, {
        refs,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.all === true ? { all: true } : {}),
      });
      await writeData(shell.out, options.output, renderResumedJson(resumed), () => renderResumedText(resumed));
      return exitCodes.ok;
    }),
  );
}
