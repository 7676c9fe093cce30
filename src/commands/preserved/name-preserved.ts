import { type KindName, kindByName } from '../../packs/kinds.ts';
import { ownerOf } from './explain-waiting.ts';
import type { PreservedEntry } from './read-preserved.ts';

/** What a row is, as people say it: `rule jira.mine`, `key jira.token of the action jira.close`, `config base_url of jira`. */
export function namePreserved(row: PreservedEntry): string {
  const { kind, ref, field, pack, name } = row;
  if (kind === 'config') return `config ${field} of ${pack}`;
  if (kind === 'pack') return `the pack ${ref} itself`;
  if (kindByName.has(kind as KindName)) return `${kind.replaceAll('_', ' ')} ${ref}`;
  const what = kind.replaceAll('_', ' ');
  const owner = ownerOf(row);
  const whose = owner === null ? ref : `the ${owner.replaceAll('_', ' ')} ${ref}`;
  return `${what}${name === null ? '' : ` ${name}`} of ${whose}`;
}
