import { type Problem, problem } from '../../errors.ts';
import type { Path, YamlDocument } from '../../yaml/read-yaml.ts';

/** What is found wrong while one pack is read. */
export interface Findings {
  readonly problems: Problem[];
  /** Files that give a field which no column stores, by kind and field: told once, not once a file. */
  readonly unstored: Map<string, { readonly noun: string; readonly field: string; readonly files: Place[] }>;
}

/** A value of a document. */
export interface Place {
  readonly document: YamlDocument;
  readonly path: Path;
}

interface More {
  readonly hint?: string;
  readonly part?: 'key' | 'value';
}

export function createFindings(): Findings {
  return { problems: [], unstored: new Map() };
}

export function addError(findings: Findings, code: string, message: string, place: Place, more: More = {}): void {
  findings.problems.push(problemAt('error', code, message, place, more));
}

export function addWarning(findings: Findings, code: string, message: string, place: Place, more: More = {}): void {
  findings.problems.push(problemAt('warning', code, message, place, more));
}

/** Notes a field that no column stores. */
export function addUnstored(findings: Findings, noun: string, field: string, place: Place): void {
  const key = `${noun} ${field}`;
  const entry = findings.unstored.get(key) ?? { noun, field, files: [] };
  findings.unstored.set(key, entry);
  entry.files.push(place);
}

/** All problems, with one warning for every field that is not stored. */
export function listProblems(findings: Findings): readonly Problem[] {
  const unstored = [...findings.unstored.values()].flatMap(({ noun, field, files }) => {
    const [first] = files;
    if (first === undefined) return [];
    const others = files.length === 1 ? '' : ` (in ${files.length} files, this is the first)`;
    const message = `No column of Attune stores \`${field}\` of ${withArticle(noun)}: it has no effect${others}.`;
    return [problemAt('warning', 'field-not-stored', message, first, { part: 'key' })];
  });
  return [...findings.problems, ...unstored];
}

function problemAt(
  severity: Problem['severity'],
  code: string,
  message: string,
  { document, path }: Place,
  { hint, part = 'value' }: More,
): Problem {
  const where = document.position(path, part);
  return problem(severity, code, message, {
    ...(hint === undefined ? {} : { hint }),
    where,
    excerpt: document.excerpt(where),
  });
}

/** "an action", "a rule". */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
