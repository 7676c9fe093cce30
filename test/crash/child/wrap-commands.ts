import type { SpawnOptions } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Points } from './pass-point.ts';

/** A point when a command of a pack's author was started, which goes on after whoever started it was killed. */
export function wrapCommands(points: Points): void {
  const processes = createRequire(import.meta.url)('node:child_process') as typeof import('node:child_process');
  const { spawn } = processes;
  processes.spawn = ((file: string, args: readonly string[], options: SpawnOptions) => {
    const child = spawn(file, args, options);
    if (options.env?.ATTUNE_SYNC_COMMAND !== undefined) points.pass({ kind: 'command', name: `started ${file}` });
    return child;
  }) as typeof spawn;
  syncBuiltinESMExports();
}
