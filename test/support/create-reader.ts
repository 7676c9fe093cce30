import { randomBytes } from 'node:crypto';
import { urlOf } from './cli-child.ts';
import type { Fleet } from './fleet.ts';

/** A role that may only SELECT, on some schemas. */
export interface Reader extends AsyncDisposable {
  readonly role: string;
  /** The fleet's database as this role. */
  readonly url: string;
}

export async function createReader(
  fleet: Fleet,
  schemas: readonly string[] = ['attune', 'attune_sync'],
): Promise<Reader> {
  const role = `reader_${randomBytes(6).toString('hex')}`;
  await fleet.sql(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  for (const schema of schemas) {
    await fleet.sql(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await fleet.sql(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  }
  return {
    role,
    url: urlOf(fleet).replace(/^(postgres(?:ql)?:\/\/)[^@]*@/, `$1${role}:${role}@`),
    async [Symbol.asyncDispose]() {
      await fleet.sql(`DROP OWNED BY ${role}`);
      await fleet.sql(`DROP ROLE ${role}`);
    },
  };
}
