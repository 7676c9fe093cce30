import { resolve } from 'node:path';
import { exportDocuments } from '../../commands/export.ts';
import { renderExportedDocuments, renderExportedFiles, renderVariables } from '../../commands/render-export.ts';
import { hasErrors } from '../../errors.ts';
import { renderProblems } from '../../problems/render-problems.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { terminalColumns } from '../output.ts';
import type { Shell } from '../shell.ts';

interface ExportVerbOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/** Needs SELECT only. What must be set goes to standard error where the documents are on standard output. */
export function exportVerb(shell: Shell, refs: readonly string[], options: ExportVerbOptions): Promise<number> {
  const { out, err, directory } = shell;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const target = options.out === undefined ? undefined : resolve(directory, options.out);
      const report = await exportDocuments(database, {
        refs,
        force: options.force === true,
        ...(target === undefined ? {} : { out: target }),
      });
      out.write(target === undefined ? renderExportedDocuments(report) : renderExportedFiles(report, target));
      (target === undefined ? err : out).write(renderVariables(report));
      err.write(renderProblems(report.problems, { color: err.color, base: directory, ...terminalColumns(err) }));
      return hasErrors(report.problems) ? exitCodes.error : exitCodes.ok;
    }),
  );
}
