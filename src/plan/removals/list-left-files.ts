import type { InstalledPack, RecordedPack } from '../../actual/actual.ts';
import { versionPath } from '../../store/paths.ts';
import { compareRefs } from '../compare-refs.ts';
import type { Note } from '../plan.ts';
import { countOf } from '../render/render-summary.ts';

/**
 * Where files that others put into the directory of a removed pack, or changed in it, are to be found: no sweep deletes
 * a version that holds any, and a pack that returns takes them along.
 */
export function listLeftFiles({ ref, version, digest }: RecordedPack, { files }: InstalledPack): readonly Note[] {
  const { foreign = [], drift = [] } = files;
  const place = versionPath(ref, version, digest);
  const edited = drift.filter(({ found }) => found === 'changed').map(({ path }) => path);
  const rows = (paths: readonly string[]) => paths.map((path) => `file ${ref}/${path}`).sort(compareRefs);
  const stay = ({ length }: readonly string[]) => (length === 1 ? 'stays' : 'stay');
  return [
    {
      code: 'foreign-file',
      sentence: `${countOf(foreign.length, 'file')} that others put into its directory; ${stay(foreign)} in the pack store, in ${place}, and ${foreign.length === 1 ? 'is' : 'are'} there again when the pack returns`,
      rows: rows(foreign),
    },
    {
      code: 'edited-file',
      sentence: `${countOf(edited.length, 'file')} that others changed; ${stay(edited)} in the pack store, in ${place}`,
      rows: rows(edited),
    },
  ].filter((note) => note.rows.length > 0);
}
