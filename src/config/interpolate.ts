import type { Position, Problem } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { Path, YamlDocument } from '../yaml/read-yaml.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A value that came, in whole or in part, from the environment. */
export interface Replaced {
  readonly where: Position;
  /** Of the variables in it. */
  readonly names: readonly string[];
}

/**
 * Replaces `${NAME}` in every text of a document (`$${` is a literal `${`). It happens after parsing, so that a
 * value can never add keys; messages still quote what the file says, never the value.
 */
export function interpolate(
  document: YamlDocument,
  environment: Environment,
): {
  readonly document: YamlDocument;
  readonly problems: readonly Problem[];
  readonly values: readonly Replaced[];
} {
  const problems: Problem[] = [];
  const values: Replaced[] = [];
  const value = replaceAll(document.value, [], (text, path) => {
    const names: string[] = [];
    const replaced = text.replace(/\$\$\{|\$\{([^}]*)\}/g, (written, name: string | undefined) => {
      if (name === undefined) return '${';
      const found = isName(name) && Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (found === undefined) problems.push(describe(written, name, document, path));
      else names.push(name);
      return found ?? written;
    });
    if (names.length > 0) values.push({ where: document.position(path), names });
    return replaced;
  });
  return { document: { ...document, value }, problems, values };
}

function replaceAll(value: Json, path: Path, replace: (text: string, path: Path) => string): Json {
  if (typeof value === 'string') return replace(value, path);
  if (Array.isArray(value)) return value.map((item: Json, index) => replaceAll(item, [...path, index], replace));
  if (!isObject(value)) return value;
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([key, member]) => [key, replaceAll(member, [...path, key], replace)]));
}

function describe(written: string, name: string, document: YamlDocument, path: Path): Problem {
  if (isName(name)) {
    const hint = `Set ${name} where attune-sync is started, or have CREDENTIALS_DIRECTORY name a directory with a file ${name}, as LoadCredential of systemd does. A literal \${ is written $\${.`;
    return problemAt(document, path, 'unset-variable', `The environment variable ${name} is not set.`, { hint });
  }
  const hint = 'A literal ${ is written $${.';
  return problemAt(document, path, 'invalid-variable', `${written} does not name an environment variable.`, { hint });
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}
