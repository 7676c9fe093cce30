import { versionedLink, versionPath } from '../../store/paths.ts';
import { compareRefs } from '../compare-refs.ts';
import type { PackScope } from '../pack-scope.ts';
import type { Note } from '../plan.ts';

/**
 * How the files and links of an unchanged version differ from what was published and switched. Rows are paths in the
 * pack store: `file jira/actions/x.py`, `link jira`.
 */
export function diffFiles({ wanted, installed, sameContent }: PackScope): readonly Note[] {
  if (!sameContent || installed === undefined) return [];
  const { ref, content } = wanted;
  const expected = versionPath(ref, content.version, content.digest);
  const { present, occupied, current, versioned, moved = false, drift = [] } = installed.files;
  const links = [
    [ref, current],
    [versionedLink(ref, content.version), versioned],
  ] as const;
  const isMissing = ([, text]: readonly [string, string | null]) => text === null && !occupied;
  const leadsAway = ([, text]: readonly [string, string | null]) => text !== null && text !== expected;
  const linkRows = (found: readonly (readonly [string, string | null])[]) => found.map(([name]) => `link ${name}`);
  const paths = (isMeant: (found: string) => boolean) =>
    drift
      .filter(({ found }) => isMeant(found))
      .map(({ path }) => `file ${ref}/${path}`)
      .sort(compareRefs);
  const isChanged = (found: string) => found === 'changed' || found.startsWith('unreadable');
  const isMode = (found: string) => found.startsWith('mode ');
  return [
    note(
      'file-changed',
      'changed by others; put back as published, theirs is kept beside the version',
      paths(isChanged),
    ),
    note(
      'file-missing',
      'missing; put back as published',
      paths((found) => found === 'missing'),
    ),
    note(
      'file-replaced',
      'no file any more; put back as published, what stands there is kept beside the version',
      paths((found) => found !== 'missing' && !isChanged(found) && !isMode(found)),
    ),
    note('file-mode', 'has another mode than it was published with; set again', paths(isMode)),
    note(
      'version-missing',
      'not in the pack store any more; published again',
      present ? [] : [`directory ${expected}`],
    ),
    note('link-missing', 'missing; made again', linkRows(links.filter(isMissing))),
    note('link-changed', 'leads elsewhere; switched back', linkRows(links.filter(leadsAway))),
    note(
      'link-occupied',
      'a directory or file stands where our link belongs; moved into the pack store, and all that is in it kept',
      occupied ? occupiedRows(ref, links) : [],
    ),
    note('store-moved', 'Attune looks for it elsewhere; told the place', moved ? [`pack ${ref}`] : []),
  ].filter(({ rows }) => rows.length > 0);
}

/** Which of the two is occupied is not known where both can be read as links by now. */
function occupiedRows(ref: string, links: readonly (readonly [string, string | null])[]): readonly string[] {
  const rows = links.filter(([, text]) => text === null).map(([name]) => `link ${name}`);
  return rows.length > 0 ? rows : [`link ${ref}`];
}

/** What others did in the directory of the installed version, and what no change of the pack takes from them. */
export function noteKeptFiles({ wanted: { ref }, installed, sameContent }: PackScope): readonly Note[] {
  const { foreign = [], drift = [] } = installed?.files ?? {};
  const rows = (paths: readonly string[]) => paths.map((path) => `file ${ref}/${path}`).sort(compareRefs);
  const edited = sameContent ? [] : drift.filter(({ found }) => found === 'changed').map(({ path }) => path);
  return [
    note('foreign-file', `${countFiles(foreign)} that others put into the directory of ${ref}`, rows(foreign)),
    note(
      'edited-file',
      `${countFiles(edited)} that others changed, in the directory of the older version`,
      rows(edited),
    ),
  ].filter((kept) => kept.rows.length > 0);
}

function countFiles({ length }: readonly string[]): string {
  return length === 1 ? '1 file' : `${length} files`;
}

function note(code: string, sentence: string, rows: readonly string[]): Note {
  return { code, sentence, rows };
}
