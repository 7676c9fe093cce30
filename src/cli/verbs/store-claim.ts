import { storeClaim } from '../../commands/store-claim.ts';
import { printable } from '../../text/printable.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';

/** Joins store and database under the writer lock; `lockTimeout` in milliseconds. @returns the exit code */
export function storeClaimVerb(shell: Shell, options: { lockTimeout: number }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const { directory } = await storeClaim(database, { who: shell.who, lockTimeoutMs: options.lockTimeout });
      shell.out.write(`The pack store ${printable(directory)} belongs to this database now.\n`);
      return exitCodes.ok;
    }),
  );
}
