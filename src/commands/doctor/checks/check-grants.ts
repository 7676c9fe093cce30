import type { DatabaseContext } from '../../../context.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';
import { neededRights, type Right } from '../needed-rights.ts';
import { readRights, type TableRights } from '../read-rights.ts';

/** What the role of `database.url` may do: to plan in both schemas, and to apply. The remedies are statements to copy. */
export async function checkGrants({ database }: DatabaseContext): Promise<readonly Finding[]> {
  const found = await readRights(database);
  const { role, tables } = found;
  const own = tables.filter(({ schema }) => schema === 'attune_sync');
  const reading = [
    ...grantUsage(found.withoutUsage, role),
    ...grantRights(tables, role, ({ schema, table }) =>
      schema === 'attune_sync' ? ['SELECT'] : rightsOf(table, 'reading'),
    ),
  ];
  const writing = [
    ...grantRights(tables, role, ({ schema, table }) =>
      schema === 'attune_sync' ? ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] : rightsOf(table, 'writing'),
    ),
    ...(found.deniedSequences.length === 0
      ? []
      : [`GRANT USAGE ON SEQUENCE ${found.deniedSequences.join(', ')} TO ${role};`]),
    ...(own.length === 0 && !found.mayCreate ? [`GRANT CREATE ON DATABASE ${found.database} TO ${role};`] : []),
  ];
  if (reading.length > 0)
    return [failure('grants-reading', `The role ${role} may not read all that a plan needs.`, reading.join('\n'))];
  if (writing.length === 0) return [ok(`The role ${role} may plan and apply.`)];
  const message = `The role ${role} may plan, and not apply.`;
  return [warning('grants-writing', message, `Where this applies too:\n${writing.join('\n')}`)];
}

function rightsOf(name: string, what: 'reading' | 'writing'): readonly Right[] {
  return neededRights.find(({ table }) => table === name)?.[what] ?? [];
}

function grantUsage(schemas: readonly string[], role: string): readonly string[] {
  return schemas.length === 0 ? [] : [`GRANT USAGE ON SCHEMA ${schemas.join(', ')} TO ${role};`];
}

/** One statement for all tables that lack the same. */
function grantRights(
  tables: readonly TableRights[],
  role: string,
  needed: (table: TableRights) => readonly Right[],
): readonly string[] {
  const lacking = new Map<string, string[]>();
  for (const table of tables) {
    const missing = needed(table).filter((right) => !table.rights.includes(right));
    if (missing.length === 0) continue;
    const rights = missing.join(', ');
    lacking.set(rights, [...(lacking.get(rights) ?? []), table.name]);
  }
  return [...lacking].map(([rights, names]) => `GRANT ${rights} ON ${names.join(', ')} TO ${role};`);
}
