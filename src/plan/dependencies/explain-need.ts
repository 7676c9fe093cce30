import { basename } from 'node:path';
import type { Position } from '../../errors.ts';
import type { Dependency } from '../../packs/content.ts';
import { renderPlace } from '../../problems/render-problems.ts';
import type { Note } from '../plan.ts';
import { failure, type Outlook, versionAfter, versionNow } from './outlook.ts';

/** What is wrong with what a pack needs of another, and which document would help; null where nothing is. */
export function explainNeed(need: Dependency, outlook: Outlook, unmade: ReadonlySet<string>): Note | null {
  const version = versionAfter(need.ref, outlook, unmade);
  const wrong = failure(need, version);
  if (wrong === undefined) return null;
  const where = need.where === undefined ? '' : ` (${renderPlace(need.where)})`;
  const found = version === null ? explainMissing(need, outlook, unmade) : explainOther(need, version, outlook, unmade);
  const alone =
    wrong === 'prerelease' ? '; a prerelease counts only where the constraint names one of that version' : '';
  return {
    code: wrong === 'missing' ? 'missing-dependency' : 'unsatisfied-dependency',
    sentence: `${sayNeed(need)} is needed${where}, and ${found}${alone}`,
    rows: [`pack ${need.ref}`],
  };
}

/** `core >=1.0`, or only `core`. */
export function sayNeed({ ref, constraint }: Dependency): string {
  return constraint === null ? ref : `${ref} ${constraint}`;
}

function explainMissing({ ref }: Dependency, { desired, byRef }: Outlook, unmade: ReadonlySet<string>): string {
  const change = byRef.get(ref);
  if (change?.action === 'remove') return `${ref} is removed in this plan`;
  if (change !== undefined && unmade.has(ref)) return `${ref} cannot be installed now: see what holds it back`;
  const unreadable = desired.unreadable.find((pack) => pack.ref === ref);
  if (unreadable !== undefined) {
    return `what its document (${shortPlace(unreadable.document.where)}) names could not be read`;
  }
  const wanted = desired.packs.find((pack) => pack.ref === ref);
  if (wanted !== undefined) return `${ref} is not installed and not among the targets: add --target ${ref}`;
  if (desired.unmanaged.includes(ref)) return `${ref} is not installed, and its document says state: unmanaged`;
  if (desired.mentioned.includes(ref)) return `the document of ${ref} is invalid: mend it`;
  return `${ref} is neither desired nor installed: add a document for ${ref}`;
}

function explainOther(need: Dependency, version: string, outlook: Outlook, unmade: ReadonlySet<string>): string {
  const { ref } = need;
  const { desired, actual, byRef } = outlook;
  const installed = actual.packs.get(ref);
  const change = byRef.get(ref);
  const wanted = desired.packs.find((pack) => pack.ref === ref);
  if (wanted !== undefined) {
    const place = shortPlace(wanted.document.where);
    const wouldDo = failure(need, wanted.content.version) === undefined;
    if (change !== undefined && unmade.has(ref) && wouldDo) {
      return `${ref} ${version} stays installed, because its change to ${wanted.content.version} is held back`;
    }
    if (change === undefined && wouldDo && versionNow(ref, outlook) !== wanted.content.version) {
      return `${ref} ${version} is installed, and its change to ${wanted.content.version} is not among the targets: add --target ${ref}`;
    }
    if (wanted.held !== undefined) return `${ref} is held at ${version} by a rollback`;
    return `${ref} ${version} is what its document (${place}) gives: name a version there that fits`;
  }
  const unreadable = desired.unreadable.find((pack) => pack.ref === ref);
  if (unreadable !== undefined) {
    return `${ref} ${version} stays installed, because what its document (${shortPlace(unreadable.document.where)}) names could not be read`;
  }
  const manager = installed?.recorded?.manager;
  const owner = manager === undefined || manager === actual.manager ? '' : ` by the manager ${manager}`;
  const way =
    owner === '' ? `add a document for ${ref} that gives a version which fits` : `have it bring a version which fits`;
  return `${ref} ${version} is installed${owner}: ${way}`;
}

/** Without its directory, which differs from machine to machine. */
function shortPlace({ file, ...place }: Position): string {
  return renderPlace({ file: basename(file), ...place });
}
