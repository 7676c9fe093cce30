import { join } from 'node:path';
import type { InstalledPack } from '../../actual/actual.ts';
import type { DatabaseContext } from '../../context.ts';
import { hasErrors, type Problem, problem, problemsOf } from '../../errors.ts';
import { readPack } from '../../packs/read-pack.ts';
import { chooseSource } from './choose-source.ts';
import { exportConfig } from './export-config.ts';
import { exportSwitches } from './export-switches.ts';
import type { ExportedPack } from './exported-pack.ts';
import { type Installed, readInstalled } from './read-installed.ts';
import { stageInstalled } from './stage-installed.ts';

export interface Export {
  /** By ref. */
  readonly packs: readonly (ExportedPack & { readonly staged: string })[];
  /** Packs that could not be exported, and why; and warnings. */
  readonly problems: readonly Problem[];
}

/**
 * Describes installed packs, managed or not, so that planning the description changes nothing. Writes nothing but
 * copies of their files below `staging`.
 *
 * @param refs only these; none: all
 * @throws SyncError of `readInstalled`
 */
export async function exportPacks(context: DatabaseContext, refs: readonly string[], staging: string): Promise<Export> {
  const installed = await readInstalled(context, refs);
  const packs: Export['packs'][number][] = [];
  const problems: Problem[] = [];
  const { progress } = context;
  await progress.phase('fetch', installed.packs.length, async () => {
    for (const pack of installed.packs) {
      const { ref } = pack;
      const exported = await progress
        .step('fetch', ref, () => exportPack(context, installed, pack, join(staging, ref)))
        .catch((error: unknown): Problem => notExported(ref, problemsOf(error)));
      if ('severity' in exported) problems.push(exported);
      else packs.push(exported);
    }
  });
  return { packs, problems };
}

async function exportPack(
  context: DatabaseContext,
  installed: Installed,
  pack: InstalledPack,
  staging: string,
): Promise<Export['packs'][number] | Problem> {
  const staged = join(staging, 'files');
  const files = await stageInstalled(context.config.packStore.directory, pack, staged);
  if (files === null) {
    return problem('error', 'not-exported', `The files of ${pack.ref} are not on this machine: it was left out.`, {
      hint: "Export it where Attune's workers find it, or write its document by hand.",
    });
  }
  const { content, problems } = await readPack(staged);
  if (content === null) return notExported(pack.ref, problems);
  if (content.ref !== pack.ref) {
    const message = `The files of ${pack.ref} in ${files.directory} are those of ${content.ref}: it was left out.`;
    return problem('error', 'not-exported', message);
  }
  const found = { directory: files.directory, isLinked: files.isLinked, staged, digest: content.digest };
  const { recorded } = pack;
  return {
    ref: pack.ref,
    version: String(pack.columns.version ?? content.version),
    manager: recorded?.manager ?? null,
    ...(await chooseSource(context, pack, found, join(staging, 'git'))),
    ...exportConfig(pack.ref, pack.config, content, recorded?.documentKeys ?? []),
    ...exportSwitches(content, installed.components),
    prune: recorded?.prune ?? true,
    peopleFiles: files.peopleFiles,
    staged,
  };
}

/** A document that names a pack which cannot be read is an error of every plan. */
function notExported(ref: string, problems: readonly Problem[]): Problem {
  const errors = problems.filter((one) => hasErrors([one])).map(({ message }) => message);
  const shown = errors.slice(0, 3).join(' ');
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more)` : '';
  return problem('error', 'not-exported', `The installed files of ${ref} cannot be used as they are: ${shown}${more}`, {
    hint: `It was left out. Mend its files, or name another source of ${ref} in a document of your own.`,
  });
}
