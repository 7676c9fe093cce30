import { resolve } from 'node:path';
import { type PackTest, testDirectory, testInstalled } from '../../commands/pack-test.ts';
import { renderPackTestJson, renderPackTestText } from '../../commands/render-pack-test.ts';
import { packRefPattern } from '../../packs/fields/check-ref.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { terminalColumns, textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PackTestOptions {
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** @param pack a ref, or a path that cannot be taken for one. @returns the exit code: 1 where tests failed */
export async function packTestVerb(shell: Shell, pack: string, options: PackTestOptions): Promise<number> {
  const { out, directory: base } = shell;
  const test = packRefPattern.test(pack)
    ? await testRef(shell, pack, options)
    : await testDirectory(resolve(base, pack), {
        redactor: shell.redactor,
        signal: shell.signal,
        path: shell.environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      });
  await writeData(out, options.output, renderPackTestJson(test), () =>
    renderPackTestText(test, { color: out.color, width: textWidth(out), ...terminalColumns(out), base }),
  );
  return test.result?.outcome === 'failed' ? exitCodes.error : exitCodes.ok;
}

function testRef(shell: Shell, ref: string, { lockTimeout }: PackTestOptions): Promise<PackTest> {
  return withContext(shell, (context) =>
    withDatabase(context, (database) => testInstalled(database, ref, { who: shell.who, lockTimeoutMs: lockTimeout })),
  );
}
