import type { FastifyInstance } from 'fastify';
import type { WebhookSettings } from '../../config/config.ts';
import { HttpError } from '../http-error.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { formatVersion, list, object, orNull, text } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';
import { findRemotes } from '../webhooks/find-remotes.ts';
import { listRemotes } from '../webhooks/list-remotes.ts';
import { type Delivery, readDelivery } from '../webhooks/read-delivery.ts';
import { createRefusalTeller } from '../webhooks/tell-refused.ts';
import { verifySignature } from '../webhooks/verify-signature.ts';

interface Answer {
  readonly formatVersion: 1;
  readonly message: string;
  /** As documents and entries write them; null: all. */
  readonly remotes: readonly string[] | null;
}

const answer = object({
  formatVersion,
  message: text,
  remotes: { ...orNull(list(text)), description: 'Those that are looked at now; null: all.' },
});

/** Says "look again" of the remotes that a push concerns. Nothing else that is sent is believed. */
export async function routeWebhooks(
  scope: FastifyInstance,
  { view }: Serving,
  webhooks: readonly WebhookSettings[],
): Promise<void> {
  // A signature is over the bytes as they came.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const tellRefused = createRefusalTeller(view);
  const byName = new Map(webhooks.map((webhook) => [webhook.name, webhook]));
  const schema = describeRoute({
    summary: 'A push to a remote',
    description:
      'For GitHub, GitLab, Gitea and whoever signs the body with HMAC-SHA-256 as `X-Signature: sha256=HEX`; `{"url": "…"}` or `{"urls": ["…"]}` names remotes then, and an empty body means all. A pass follows, no answer waits for it.',
    tag: 'webhooks',
    open: true,
    params: object({ name: text }),
    answers: { 200: answer, 202: answer },
    refusals: [400, 401, 404, 413],
  });
  const rateLimit = { max: 300, timeWindow: 60_000 };
  scope.post<{ Params: { readonly name: string }; Body: Buffer | undefined }>(
    '/webhooks/:name',
    { schema, config: { rateLimit } },
    async ({ params, headers, ip, body = Buffer.alloc(0) }, reply) => {
      const webhook = byName.get(params.name);
      if (webhook === undefined) throw unknownWebhook(params.name);
      const refused = verifySignature(webhook, headers, body);
      if (refused !== null) {
        tellRefused({ name: webhook.name, why: refused, from: ip });
        throw unsigned(webhook, refused);
      }
      const delivery = parse(
        () => readDelivery(webhook.type, headers, body),
        (why) => tellRefused({ name: webhook.name, why, from: ip }),
      );
      if (delivery.kind === 'ping') return said('Webhooks arrive here.', []);
      if (delivery.kind === 'other') {
        return reply.code(202).send(said(`${delivery.event} changes no content: nothing to look at.`, []));
      }
      return reply.code(202).send(await lookAt(delivery.urls, webhook));
    },
  );

  async function lookAt(told: readonly string[] | null, { name, type }: WebhookSettings): Promise<Answer> {
    const who = `webhook ${name}`;
    if (told === null && type === 'generic') {
      void view.requestLook({ by: 'webhook', who });
      return said('Every remote is looked at.', null);
    }
    const urls = told === null ? [] : findRemotes(await listRemotes(view), told);
    if (urls.length === 0) return said('No document and no entry names that repository: nothing to look at.', []);
    void view.requestLook({ by: 'webhook', who, urls });
    return said(`${urls.length === 1 ? 'One remote is' : `${urls.length} remotes are`} looked at.`, urls);
  }
}

function said(message: string, remotes: Answer['remotes']): Answer {
  return { formatVersion: 1, message, remotes };
}

function parse(read: () => Delivery, tellRefused: (why: string) => void): Delivery {
  try {
    return read();
  } catch {
    tellRefused('its body is not JSON');
    throw new HttpError({ status: 400, code: 'webhook-body', message: 'The body is not JSON.' });
  }
}

function unknownWebhook(name: string): HttpError {
  const hint = 'http.webhooks in the configuration of the daemon names those there are.';
  return new HttpError({ status: 404, code: 'unknown-webhook', message: `There is no webhook ${name}.`, hint });
}

function unsigned({ type }: WebhookSettings, why: string): HttpError {
  return new HttpError({
    status: 401,
    code: 'webhook-signature',
    message: `The webhook was not accepted: ${why}.`,
    hint: `Give the sender the same secret as http.webhooks has, and \`type: ${type}\` must be what it is.`,
  });
}
