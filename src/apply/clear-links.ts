import type { Context } from '../context.ts';
import { clearWorkerLinks } from '../environments/worker-links.ts';
import { removeLinks } from '../store/remove-links.ts';

/** Removes the links of packs that are gone, and says where something that is not ours stands in their place. */
export async function clearLinks({ config, log }: Context, refs: readonly string[]): Promise<void> {
  const { directory } = config.packStore;
  const workers = config.environments.directory;
  for (const ref of refs) {
    if (workers !== undefined) await clearWorkerLinks(workers, directory, ref);
    const { kept } = await removeLinks(directory, ref);
    for (const name of kept) log.warn(`${directory}/${name} is no link of ours, so it stays although ${ref} is gone.`);
  }
}
