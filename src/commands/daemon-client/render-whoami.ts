import { isObject, type JsonObject } from '../../json.ts';
import { printable } from '../../text/printable.ts';

/** Who a token makes of its holder: what it is called, what it may do, and who stands in history. */
export function renderWhoami({ token, role, who, identity }: JsonObject): string {
  const may = role === 'operator' ? 'may read, ask for a pass, suspend and resume' : 'may read';
  const lines = [`token      ${token} (${role}): ${may}`, `identity   ${sayIdentity(identity)}`, `in history ${who}`];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function sayIdentity(identity: unknown): string {
  if (!isObject(identity)) return 'none; the configuration names nobody in Attune for this token';
  const { login, id, displayName } = identity;
  if (id === null) return `${login}, whom Attune does not know`;
  return `${login} (id ${id}${displayName === null ? '' : `, ${displayName}`})`;
}
