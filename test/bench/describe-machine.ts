import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { DatabaseContext } from '../../src/context.ts';
import { runGit } from '../support/run-program.ts';

/** One line that says what the numbers were taken on. */
export async function describeMachine(packs: number, { database }: Pick<DatabaseContext, 'database'>): Promise<string> {
  const { rows } = (await database.knex.raw('SHOW server_version')) as { rows: { server_version: string }[] };
  const git = (await runGit(['--version'])).trim();
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = `Node ${process.version}, ${git}, PostgreSQL ${rows[0]?.server_version}`;
  return `${packs} packs; ${cores}, ${memory}, ${process.platform} ${release()}; ${versions}`;
}
