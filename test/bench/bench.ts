import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedServer } from '../../src/database/embedded/open-server.ts';
import { compileProgram, type Program } from './compile-program.ts';
import { makeFleet, type RemoteFleet } from './make-fleet.ts';
import type { Times } from './measure.ts';
import { openBenchServer } from './target.ts';

/** What every row measures with: one fleet, one server, the compiled program. */
export interface Bench extends AsyncDisposable {
  /** All that is made, removed at the end and not before: for minutes ext4 steps around what was deleted, file by file. */
  readonly directory: string;
  readonly fleet: RemoteFleet;
  readonly server: EmbeddedServer;
  readonly program: Program;
  /** Everything small and once: to see that all rows come out, not to learn from their numbers. */
  readonly short: boolean;
  /** For what takes seconds. */
  readonly few: Times;
  /** For what takes less. */
  readonly many: Times;
}

export async function openBench({ packs, short }: { packs: number; short: boolean }): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-bench-'));
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 3 });
  try {
    const [fleet, program] = await Promise.all([makeFleet(directory, packs), compileProgram(directory, short)]);
    const server = await openBenchServer(directory, !short);
    return {
      directory,
      fleet,
      server,
      program,
      short,
      few: short ? { warmUps: 0, runs: 1 } : { warmUps: 1, runs: 3 },
      many: short ? { warmUps: 0, runs: 1 } : { warmUps: 2, runs: 7 },
      async [Symbol.asyncDispose]() {
        await server.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
