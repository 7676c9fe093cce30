import type { Fleet } from '../support/fleet.ts';

/** Something that a person does in one run, which is cut off at every point of it. */
export interface Scenario {
  readonly name: string;
  readonly like: 'ours' | 'attune';
  /** Whether `attune_sync` is there before; yes where not given. */
  readonly migrated?: boolean;
  /** Makes the state before, with what the run will find to do. */
  readonly prepare: (fleet: Fleet) => Promise<void>;
  /** Arguments of the command line. */
  readonly verb: readonly string[];
  /** What somebody does who finds that run cut off; `apply` where not given. Does nothing where there is nothing to do. */
  readonly again?: (fleet: Fleet) => Promise<void>;
  /** Packs whose files have to be found at `{store}/{ref}` at any moment. */
  readonly running: readonly string[];
}

/** The configuration that all scenarios share, with further lines. One thing after another, so that points come in the same order. */
export async function writeCrashConfig(fleet: Fleet, packStore = 'store', more = ''): Promise<void> {
  await fleet.write({
    'attune.config.yaml': `name: test
desiredState: [{ name: desired, directory: desired }]
database: { url: "\${ATTUNE_DATABASE_URL}" }
stateDir: state
packStore: ${packStore}
sync: { concurrency: 1 }
git: { transports: [file] }
${more}`,
  });
}

export async function applyWhole(fleet: Fleet): Promise<void> {
  const { result } = await fleet.apply();
  if (result.outcome !== 'applied' && result.outcome !== 'unchanged')
    throw new Error(JSON.stringify([result.packs, result.problems]));
}
