import { runProgram } from '../../support/run-program.ts';
import { timed } from '../measure.ts';

/** `sha256sum` of these files, by as few processes as take their names. In ms. */
export function sha256sum(paths: readonly string[]): Promise<number> {
  return timed(() => runProgram('xargs', ['-0', 'sha256sum', '--'], { input: paths.join('\0') }));
}
