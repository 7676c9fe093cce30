import { type Problem, problem } from '../errors.ts';
import type { Path, YamlDocument } from './read-yaml.ts';

interface More {
  readonly hint?: string | undefined;
  /** Point at the key instead of the value. */
  readonly part?: 'key' | 'value';
  readonly severity?: Problem['severity'];
}

/** A problem at a path of a document, with the place and the source line. */
export function problemAt(document: YamlDocument, path: Path, code: string, message: string, more: More = {}): Problem {
  const where = document.position(path, more.part);
  const hint = more.hint === undefined ? {} : { hint: more.hint };
  return problem(more.severity ?? 'error', code, message, { where, excerpt: document.excerpt(where), ...hint });
}
