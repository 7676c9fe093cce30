import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { Context, DatabaseContext } from '../../context.ts';
import { searchPath } from '../../environments/facts/find-program.ts';
import { findUser } from '../../environments/find-user.ts';
import { parseVerification } from '../../environments/verification/parse-verification.ts';
import { type VerifyOptions, verify } from '../../environments/verification/verify.ts';
import { SyncError } from '../../errors.ts';
import { configOf } from '../../plan/environments/list-candidates.ts';
import { chooseRuntimes } from './choose-runtimes.ts';
import { listRuntimes } from './list-runtimes.ts';
import type { Verified } from './verified.ts';
import { writeVerdicts } from './write-verdicts.ts';

export interface VerifyRuntimesOptions {
  /** Runtimes, versions or packs; none: all. */
  readonly refs: readonly string[];
  /** Record in Attune which versions are available. */
  readonly write: boolean;
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

export interface Verification {
  readonly verified: readonly Verified[];
  readonly isWritten: boolean;
  readonly notes: readonly string[];
}

/** Of one command; as long as Attune's workers allow. */
const timeoutMs = 10_000;
const concurrency = 4;

/**
 * Runs what runtimes say tells whether they are there, on this machine, as the user that builds. Writes only where it is
 * asked to: `available` and `verified_at` of the versions.
 *
 * @throws SyncError `unknown-runtime`, `no-runtime-versions`, `aborted`, those of `findUser` and of the writer lock
 */
export async function verifyRuntimes(context: DatabaseContext, options: VerifyRuntimesOptions): Promise<Verification> {
  const { runtimes, hasVersions, notes } = await listRuntimes(context);
  if (options.write && !hasVersions) throw noVersions();
  const asked = new Set(options.refs);
  const verified = await withScratch(context, (settings) => {
    const queue = new PQueue({ concurrency });
    return queue.addAll(
      chooseRuntimes(runtimes, options.refs).flatMap((runtime) => {
        const { ref, pack, distributions, config, versions } = runtime;
        const isOnlyVersions = !asked.has(ref) && !asked.has(pack ?? '') && asked.size > 0;
        const itself = { runtime: ref, version: null, id: null, pack, before: null };
        return [
          ...(isOnlyVersions ? [] : [{ ...itself, verification: parseVerification(distributions, config) }]),
          ...versions.map(({ id, version, available, verifiedAt, ...row }) => ({
            ...{ runtime: ref, version, id, pack, before: { available, verifiedAt } },
            verification: parseVerification(row.distributions, configOf(runtime, version).written, version),
          })),
        ].map(({ verification, ...named }) => async () => ({ ...named, ...(await verify(verification, settings)) }));
      }),
    );
  });
  if (options.write) await writeVerdicts(context, verified, options);
  const told = context.config.environments.build === 'workers' ? [...notes, elsewhere] : notes;
  return { verified, isWritten: options.write, notes: told };
}

const elsewhere =
  "Attune's own workers build environments (`environments.build`): what they have can differ from this machine.";

/** A home of their own for the commands, gone afterwards. */
async function withScratch<T>(
  { config, environment, signal }: Context,
  work: (options: VerifyOptions) => Promise<T>,
): Promise<T> {
  const { runAs, variables } = config.environments;
  const user = runAs === undefined ? undefined : await findUser(runAs);
  const path = searchPath(environment, variables);
  const directory = await mkdtemp(join(tmpdir(), 'attune-sync-verify-'));
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid);
    return await work({ directory, path, timeoutMs, signal, ...(user === undefined ? {} : { user }) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function noVersions(): SyncError {
  const message = 'This Attune has no table runtime_version, so there is nowhere to write what is found.';
  return new SyncError('no-runtime-versions', message, { hint: 'Leave out --write to see it.' });
}
