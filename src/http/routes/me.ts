import type { FastifyInstance } from 'fastify';
import { callerOf } from '../authenticate.ts';
import { readDatabase } from '../read-database.ts';
import type { Serving } from '../serving.ts';

interface IdentityRow {
  readonly id: string;
  readonly display_name: string | null;
}

/** Who a token makes of its holder, and as whom in Attune. */
export function routeMe(server: FastifyInstance, { view }: Serving): void {
  server.get('/auth/me', async (request) => {
    const { token, who } = callerOf(request);
    const { name, role, identity: login } = token;
    if (login === undefined) return { formatVersion: 1, token: name, role, who, identity: null };
    const row = await readDatabase(view, ({ database }) =>
      database.knex('identity').where({ login }).first<IdentityRow | undefined>('id', 'display_name'),
    );
    const identity = { login, id: row?.id ?? null, displayName: row?.display_name ?? null };
    return { formatVersion: 1, token: name, role, who, identity };
  });
}
