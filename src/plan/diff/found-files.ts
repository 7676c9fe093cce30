import { type Problem, problem } from '../../errors.ts';
import { listMissingEntries } from '../../packs/list-missing-entries.ts';
import type { PackScope } from '../pack-scope.ts';
import type { Note } from '../plan.ts';

/** Directories of another installer: they are moved into the pack store when the links take their place. */
export function noteFound({ wanted, actual }: PackScope): readonly Note[] {
  const { directories = [] } = actual.found?.get(wanted.ref) ?? {};
  if (directories.length === 0) return [];
  const [what, are] = directories.length === 1 ? ['the directory', 'is'] : ['the directories', 'are'];
  const sentence = `${what} ${directories.join(' and ')} of another installer, which ${are} moved into the pack store; files there that the pack does not have stay in use`;
  return [{ code: 'found-directory', sentence, rows: [] }];
}

/** Files that stay where they are and are not used any more. */
export function warnOfFound({ wanted, installed, recorded, actual }: PackScope): readonly Problem[] {
  const found = actual.found?.get(wanted.ref);
  const current = recorded === undefined ? null : (installed?.files.current ?? null);
  const link = found?.link ?? (current?.startsWith('.versions/') === false ? current : null);
  return [...(link === null ? [] : [warnOfLink(wanted.ref, link)]), ...warnOfElsewhere(wanted.ref, found?.elsewhere)];
}

function warnOfLink(ref: string, target: string): Problem {
  const message = `In the pack store, ${ref} is a link that somebody made to ${target}. It is replaced, and kept in .versions/${ref}; what it leads to stays as it is, and Attune does not use it any more.`;
  const hint = 'To go on using that directory, name it as the source of the document.';
  return problem('warning', 'link-replaced', message, { hint });
}

function warnOfElsewhere(ref: string, place: string | null | undefined): readonly Problem[] {
  if (place == null) return [];
  const message = `Attune has the files of ${ref} at ${place}, outside the pack store. They stay there; from now on Attune is told to look in the pack store.`;
  const hint = "Is `packStore` the directory where Attune's workers find packs (packs_base_dir)?";
  return [problem('warning', 'files-elsewhere', message, { hint })];
}

/** What the reader said of the content, without what is not true of it as it is installed. */
export function warnOfContent({ wanted, actual }: PackScope): readonly Problem[] {
  const { warnings } = wanted.content;
  const shipped = actual.shipped?.get(wanted.ref);
  if (shipped === undefined || shipped.size === 0) return warnings;
  const isThere = (message: string) => [...shipped].some((path) => message.startsWith(`${path} is missing`));
  return warnings.filter(({ code, message }) => code !== 'native-entry-missing' || !isThere(message));
}

/** Components whose entry file neither the pack's source nor anybody else brought. */
export function withoutEntry({ wanted, actual }: PackScope): readonly string[] {
  const { missingEntries } = wanted.content;
  const shipped = actual.shipped?.get(wanted.ref);
  if (shipped === undefined || shipped.size === 0) return missingEntries;
  const entries = listMissingEntries(wanted.content);
  const lacking = new Set(entries.filter(({ path }) => !shipped.has(path)).map(({ ref }) => ref));
  const known = new Set(entries.map(({ ref }) => ref));
  return missingEntries.filter((ref) => lacking.has(ref) || !known.has(ref));
}
