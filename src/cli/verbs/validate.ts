import { renderValidate } from '../../commands/render-validate.ts';
import { validatePaths } from '../../commands/validate.ts';
import { hasErrors } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { exitCodes } from '../exit-code.ts';
import { terminalColumns } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** What is wrong is the data here: it goes to standard output. */
export async function validateVerb(
  shell: Shell,
  paths: readonly string[],
  options: { output: DataFormat },
): Promise<number> {
  const { out, directory, environment } = shell;
  const { config } = shell.options;
  const found = await validatePaths(paths, {
    startDirectory: directory,
    environment,
    ...(config === undefined ? {} : { file: config }),
  });
  const data = { formatVersion: 1, ...(found as unknown as Record<string, Json>) };
  await writeData(out, options.output, data, () =>
    renderValidate(found, { color: out.color, base: directory, ...terminalColumns(out) }),
  );
  return hasErrors(found.problems) ? exitCodes.error : exitCodes.ok;
}
