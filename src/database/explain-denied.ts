/**
 * What to grant, from what Postgres says of a right that is missing (SQLSTATE 42501): it names the object, and never the
 * right. ROLE stands for the role of `database.url`.
 */
export function explainDenied(said: string): string {
  const [, kind = '', name = ''] = /permission denied for ([a-z ]+) (\S+)$/.exec(said) ?? [];
  const owned = /must be owner of (.+)$/.exec(said)?.[1];
  if (owned !== undefined) return `Run this as the owner of ${owned}, or make the role of database.url its owner.`;
  const grant = (rights: string, on = name) => `\`GRANT ${rights} ON ${on} TO ROLE;\``;
  switch (kind) {
    case 'schema':
      return `To read: ${grant('USAGE', `SCHEMA ${name}`)}; to migrate, CREATE too. ROLE is that of database.url.`;
    case 'database':
      return `To make the schema attune_sync: ${grant('CREATE', `DATABASE ${name}`)}, or run \`attune-sync migrate\` as a role that may. ROLE is that of database.url.`;
    case 'sequence':
      return `To write: ${grant('USAGE', `SEQUENCE ${name}`)}. ROLE is that of database.url.`;
    case 'function':
      return `${grant('EXECUTE', `FUNCTION ${name}`)}. ROLE is that of database.url.`;
    case '':
      return 'Grant the role of database.url the missing right.';
    default:
      return `To plan: ${grant('SELECT')}; to apply: ${grant('SELECT, INSERT, UPDATE, DELETE')}. ROLE is that of database.url; \`attune-sync doctor\` lists every statement.`;
  }
}
