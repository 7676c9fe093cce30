import type { Context } from '../context.ts';
import { discardWorkerLinks, finishWorkerLinks, prepareWorkerLinks } from '../environments/worker-links.ts';
import type { PackChange } from '../plan/plan.ts';
import { discardSwitch, finishSwitch, prepareSwitch } from '../store/switch-links.ts';

/** Links that are made and wait to take their places: those of the pack, and those to its environments. */
export interface PreparedLinks {
  /** Puts them in their places. */
  finish(): Promise<void>;
  /** For those that are not to be switched after all. */
  discard(): Promise<void>;
}

/** Makes all links that a change switches once its rows are written: what can go wrong with them does so before that. */
export async function prepareLinks(
  { config, now }: Context,
  change: Pick<PackChange, 'ref' | 'files' | 'environments'>,
  content: { readonly version: string; readonly digest: string },
): Promise<PreparedLinks> {
  const store = config.packStore.directory;
  const { ref } = change;
  const links = await prepareSwitch(store, { ref, version: content.version, digest: content.digest });
  const { directory, build } = config.environments;
  // A change that has nothing to do with files may not list what the pack runs in; where none is built, that is nothing.
  const isListed = change.files || change.environments !== undefined || build !== 'here';
  if (directory === undefined || !isListed)
    return { finish: () => finishSwitch(store, links, now()), discard: () => discardSwitch(links) };
  // Where workers build, they must not find one of ours any more, and change it.
  const environments = build === 'here' ? (change.environments ?? []) : [];
  const workers = await prepareWorkerLinks(directory, store, ref, environments).catch(async (error: unknown) => {
    await discardSwitch(links);
    throw error;
  });
  return {
    // Packages are mostly added: what runs before the second switch rather has too many than too few.
    async finish() {
      await finishWorkerLinks(workers, now());
      await finishSwitch(store, links, now());
    },
    async discard() {
      await discardWorkerLinks(workers);
      await discardSwitch(links);
    },
  };
}
