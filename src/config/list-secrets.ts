import { isSecretName, Secret } from '../secret.ts';
import type { Config } from './config.ts';

/** Names of variables that hold secrets, beside those that are taken for some anywhere. */
const secretVariable = /auth|pass|key/i;
/** Words, names of hosts, numbers and versions: blotted out of every text, they would leave nothing to read. */
const plain = /^(?:[a-z]+(?:[._-][a-z]+)*|[\d.]+)$/i;

/**
 * Everything in the configuration that no output may show: the database's URL, tokens, and variables of builds, each with
 * the credentials inside it, because others show these without the rest.
 */
export function listSecrets(config: Config): readonly Secret[] {
  const { database, git, environments, http, messageQueue } = config;
  const tokens = Object.values(git.hosts).flatMap(({ token }) => token ?? []);
  const variables = Object.entries(environments.variables).flatMap(([name, value]) => {
    // Where programs are; the paths of all that is in one directory would be blotted out with it.
    if (name === 'PATH') return [];
    const isPlain = plain.test(String(value.reveal())) && !isSecretName(name) && !secretVariable.test(name);
    return isPlain ? [] : withCredentials(value);
  });
  const urls = database.type === 'url' ? [database.url, database.lockUrl ?? []].flat() : [];
  return [
    ...[...urls, messageQueue?.url ?? []].flat().flatMap((url) => withCredentials(url, 'password')),
    ...tokens,
    ...(http?.webhooks ?? []).map(({ secret }) => secret),
    ...variables,
  ];
}

/** Of a URL, what logs in, as it is written and as it is sent. A user without a password is a token. */
function withCredentials(value: Secret, part: 'all' | 'password' = 'all'): readonly Secret[] {
  const [, login = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s]*)@/i.exec(String(value.reveal())) ?? [];
  const [, password] = /^[^:]*:(.*)$/.exec(login) ?? [];
  const isName = part === 'password' || (password === undefined && plain.test(login));
  const texts = [isName ? '' : login, password ?? ''].filter((text) => text !== '');
  const spelled = texts.flatMap((text) => [text, decode(text)]);
  return [value, ...[...new Set(spelled)].map((text) => new Secret(text))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
