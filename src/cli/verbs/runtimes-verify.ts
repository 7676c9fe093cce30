import { renderVerificationJson, renderVerificationText } from '../../commands/runtimes/render-verification.ts';
import { verifyRuntimes } from '../../commands/runtimes/verify-runtimes.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface RuntimesVerifyVerbOptions {
  readonly write?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Without `write` it needs SELECT only. @returns the exit code: ok, whatever is not available */
export function runtimesVerifyVerb(
  shell: Shell,
  refs: readonly string[],
  options: RuntimesVerifyVerbOptions,
): Promise<number> {
  const { out } = shell;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const found = await verifyRuntimes(database, {
        refs,
        write: options.write === true,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
      });
      await writeData(out, options.output, renderVerificationJson(found), () =>
        renderVerificationText(found, { color: out.color, width: textWidth(out) }),
      );
      return exitCodes.ok;
    }),
  );
}
