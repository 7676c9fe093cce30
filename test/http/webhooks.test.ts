import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Desired } from '../../src/desired/desired.ts';
import { findRemotes } from '../../src/http/webhooks/find-remotes.ts';
import { bareContext, createHttpScene, type HttpScene, webhookSecret } from './http-scene.ts';

const followed = 'git@github.com:Attune-Packs/jira.git';
const payload = JSON.stringify({
  repository: {
    clone_url: 'https://github.com/attune-packs/jira.git',
    html_url: 'https://github.com/attune-packs/jira',
  },
});
const hmac = (body: string, secret = webhookSecret) => createHmac('sha256', secret).update(body).digest('hex');

interface Sender {
  readonly name: string;
  readonly sign: (body: string, secret?: string) => Record<string, string>;
  readonly body: string;
}

const senders: readonly Sender[] = [
  {
    name: 'from-github',
    sign: (body, secret) => ({ 'x-hub-signature-256': `sha256=${hmac(body, secret)}`, 'x-github-event': 'push' }),
    body: payload,
  },
  {
    name: 'from-gitlab',
    sign: (_body, secret = webhookSecret) => ({ 'x-gitlab-token': secret, 'x-gitlab-event': 'Push Hook' }),
    body: JSON.stringify({ project: { git_ssh_url: 'ssh://git@github.com:22/attune-packs/jira' } }),
  },
  {
    name: 'from-gitea',
    sign: (body, secret) => ({ 'x-gitea-signature': hmac(body, secret), 'x-gitea-event': 'push' }),
    body: payload,
  },
  {
    name: 'from-generic',
    sign: (body, secret) => ({ 'x-signature': `sha256=${hmac(body, secret)}` }),
    body: JSON.stringify({ url: 'ssh://git@ssh.github.com:443/attune-packs/jira.git' }),
  },
];

function send(scene: HttpScene, name: string, headers: Record<string, string>, body: string) {
  return scene.server.inject({
    method: 'POST',
    url: `/webhooks/${name}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
}

async function following(url = followed): Promise<HttpScene> {
  const scene = await createHttpScene();
  const document = { ref: 'jira', source: { type: 'git', url, ref: { type: 'default' }, path: '' } };
  scene.setState({ desired: { packs: [], unreadable: [{ ref: 'jira', document }] } as unknown as Desired });
  return scene;
}

for (const { name, sign, body } of senders) {
  test(`a push ${name} asks for a look at its remote, and only where it is signed`, async () => {
    await using scene = await following();
    const accepted = await send(scene, name, sign(body), body);
    assert.equal(accepted.statusCode, 202);
    assert.deepEqual(accepted.json().remotes, [followed]);
    const request = { by: 'webhook', who: `webhook ${name}`, urls: [followed] };
    assert.deepEqual(scene.asked, [request]);

    const refused = [
      await send(scene, name, {}, body),
      await send(scene, name, sign(body, 'another-secret'), body),
      await send(scene, name, sign(body, ''), body),
      ...(name === 'from-gitlab' ? [] : [await send(scene, name, sign(body), `${body} `)]),
    ];
    for (const { statusCode, body: said } of refused) {
      assert.equal(statusCode, 401);
      assert.ok(!said.includes(webhookSecret));
    }
    assert.deepEqual(scene.asked, [request], 'nothing more was asked for');
    const told = scene.events.since(0).filter(({ type }) => type === 'webhook-refused');
    assert.equal(told.length, 1, 'who sends many that are refused is told of once a minute');
    const warned = scene.lines.filter((line) => line.startsWith('warn'));
    assert.match(
      warned.join('\n'),
      new RegExp(`^warn A webhook for ${name} from 127\\.0\\.0\\.1 was refused: [^\\n]+\\.$`),
    );

    await send(scene, name, sign(body), body);
    assert.deepEqual(scene.asked, [request, request], 'one that is sent again is another look, and nothing else');
  });
}

test('the repository of the documents themselves is a remote too', async () => {
  const url = 'ssh://git@git.example.com/ops/documents.git';
  const entry = { type: 'git', name: 'ops', url, ref: { type: 'default' }, path: '' } as const;
  await using scene = await createHttpScene({
    context: { ...bareContext, config: { ...bareContext.config, desiredState: [entry] } },
  });
  scene.setState({ desired: { packs: [], unreadable: [] } as unknown as Desired });
  const [generic] = senders.slice(-1);
  const body = JSON.stringify({ urls: ['https://git.example.com/ops/documents', 'https://git.example.com/ops/other'] });
  const answer = await send(scene, 'from-generic', generic?.sign(body) ?? {}, body);
  assert.deepEqual(answer.json().remotes, [url]);
});

test('a webhook is answered at once, however long the pass takes', async () => {
  await using scene = await createHttpScene({ answer: () => new Promise(() => {}) });
  const [generic] = senders.slice(-1);
  const answer = await send(scene, 'from-generic', generic?.sign('') ?? {}, '');
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(scene.asked, [{ by: 'webhook', who: 'webhook from-generic' }], 'an empty body means every remote');
});

test('what names no remote that is followed makes no pass, and says so', async () => {
  await using scene = await following('https://git.example.com/ops/jira.git');
  const [github] = senders;
  const sign = github?.sign ?? (() => ({}));
  const unknown = await send(scene, 'from-github', sign(payload), payload);
  assert.equal(unknown.statusCode, 202);
  assert.match(unknown.json().message, /names that repository/);
  const nameless = await send(scene, 'from-github', sign('{}'), '{}');
  assert.deepEqual([nameless.statusCode, nameless.json().remotes], [202, []]);
  const issue = await send(scene, 'from-github', { ...sign(payload), 'x-github-event': 'issues' }, payload);
  assert.match(issue.json().message, /^issues changes no content/);
  const ping = await send(scene, 'from-github', { ...sign('{}'), 'x-github-event': 'ping' }, '{}');
  assert.equal(ping.statusCode, 200);
  assert.deepEqual(scene.asked, []);
});

test('GitHub may send a form, and the bytes that are signed are those that came', async () => {
  await using scene = await following();
  const form = `payload=${encodeURIComponent(payload)}`;
  const [github] = senders;
  const headers = { ...github?.sign(form), 'content-type': 'application/x-www-form-urlencoded' };
  assert.deepEqual((await send(scene, 'from-github', headers, form)).json().remotes, [followed]);
});

test('what is no JSON, no webhook or too long is refused', async () => {
  await using scene = await following();
  const [github] = senders;
  const sign = github?.sign ?? (() => ({}));
  const broken = await send(scene, 'from-github', sign('{'), '{');
  assert.deepEqual([broken.statusCode, broken.json().code], [400, 'webhook-body']);
  const unknown = await send(scene, 'nobody', sign('{}'), '{}');
  assert.deepEqual([unknown.statusCode, unknown.json().code], [404, 'unknown-webhook']);
  const long = ' '.repeat(1024 * 1024 + 1);
  const tooLong = await send(scene, 'from-github', sign(long), long);
  assert.deepEqual([tooLong.statusCode, tooLong.json().code], [413, 'too-large']);
  assert.deepEqual(scene.asked, []);
});

test('from one address come at most 300 webhooks a minute', async () => {
  await using scene = await following();
  const codes: number[] = [];
  for (let sent = 0; sent < 302; sent += 1) codes.push((await send(scene, 'from-github', {}, '')).statusCode);
  assert.deepEqual([codes.indexOf(429), codes.lastIndexOf(401)], [300, 299]);
});

test('a remote is found by every spelling of its address, and by no other', () => {
  const known = ['https://git.example.com/ops/jira.git', '/srv/git/jira.git', 'https://git.example.com/ops/jira-more'];
  const spellings: readonly [told: string, found: readonly string[]][] = [
    ['https://git.example.com/ops/jira', [known[0] ?? '']],
    ['HTTPS://someone@Git.Example.com:8443/ops/jira.git/', [known[0] ?? '']],
    ['git@git.example.com:ops/jira.git', [known[0] ?? '']],
    ['file:///srv/git/jira', [known[1] ?? '']],
    ['https://git.example.com/ops', []],
    ['https://example.com/ops/jira', []],
  ];
  for (const [told, found] of spellings) assert.deepEqual(findRemotes(known, [told]), found, told);
});
