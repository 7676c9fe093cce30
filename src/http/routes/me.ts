import type { FastifyInstance } from 'fastify';
import { callerOf } from '../authenticate.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { formatVersion, object, oneOf, orNull, text } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';
import { withDatabase } from '../with-database.ts';

interface IdentityRow {
  readonly id: string;
  readonly display_name: string | null;
}

const answer = object({
  formatVersion,
  token: { ...text, description: 'The name of the token.' },
  role: oneOf('viewer', 'operator'),
  who: { ...text, description: 'Who stands in history for what is asked for with it.' },
  identity: {
    ...orNull(
      object({
        login: text,
        id: { ...orNull(text), description: 'Null: Attune has no identity of that login.' },
        displayName: orNull(text),
      }),
    ),
    description: 'As whom in Attune its holder acts; null where the configuration names nobody.',
  },
});

/** Who a token makes of its holder, and as whom in Attune. */
export function routeMe(server: FastifyInstance, { view }: Serving): void {
  const schema = describeRoute({
    summary: 'Who you are',
    description: 'What `attune-sync whoami` shows.',
    tag: 'daemon',
    answers: { 200: answer },
    refusals: [503],
  });
  server.get('/auth/me', { schema }, async (request) => {
    const { token, who } = callerOf(request);
    const { name, role, identity: login } = token;
    if (login === undefined) return { formatVersion: 1, token: name, role, who, identity: null };
    const row = await withDatabase(view, ({ database }) =>
      database.knex('identity').where({ login }).first<IdentityRow | undefined>('id', 'display_name'),
    );
    const identity = { login, id: row?.id ?? null, displayName: row?.display_name ?? null };
    return { formatVersion: 1, token: name, role, who, identity };
  });
}
