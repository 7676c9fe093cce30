import { doctor } from '../../commands/doctor/doctor.ts';
import { renderDoctorJson, renderDoctorText } from '../../commands/doctor/render-doctor.ts';
import type { Config } from '../../config/config.ts';
import { listSecrets } from '../../config/list-secrets.ts';
import type { Context } from '../../context.ts';
import { createLogger } from '../../logger.ts';
import { noProgress } from '../../progress.ts';
import { exitCodes } from '../exit-code.ts';
import { openContextDatabase } from '../open-context.ts';
import { terminalColumns } from '../output.ts';
import type { Shell } from '../shell.ts';
import { showsUnicode } from '../shows-unicode.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Works with a broken configuration, as far as that goes. @returns the exit code: error where a check found one, ok with warnings */
export async function doctorVerb(shell: Shell, options: { output: DataFormat }): Promise<number> {
  const { out, environment, directory } = shell;
  const { config } = shell.options;
  const report = await doctor({
    startDirectory: directory,
    environment,
    ...(config === undefined ? {} : { file: config }),
    createContext: (read) => createContext(shell, read),
    openDatabase: openContextDatabase,
  });
  await writeData(out, options.output, renderDoctorJson(report), () =>
    renderDoctorText(report, {
      color: out.color,
      base: directory,
      unicode: showsUnicode(environment),
      ...terminalColumns(out),
    }),
  );
  const isWrong = report.checks.some(({ findings }) => findings.some(({ level }) => level === 'error'));
  return isWrong ? exitCodes.error : exitCodes.ok;
}

function createContext({ options, err, redactor, signal, environment }: Shell, config: Config): Context {
  for (const secret of listSecrets(config)) redactor.know(secret);
  const log = createLogger({
    level: options.logLevel,
    format: options.logFormat,
    redactor,
    color: err.color,
    write: (line) => err.write(line),
  });
  return { config, log, redactor, progress: noProgress, signal, now: () => new Date(), environment };
}
