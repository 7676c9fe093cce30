import { type Problem, problem } from '../../errors.ts';
import type { Path, YamlDocument } from '../../yaml/read-yaml.ts';

/** What is found wrong while one pack is read. */
export interface Findings {
  readonly problems: Problem[];
  /** By kind and field: told once, not once a file. */
  readonly unstored: Map<string, Unstored>;
}

/** A field that no column stores, and the files that give it. */
interface Unstored {
  readonly noun: string;
  readonly field: string;
  readonly files: Place[];
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

/** None yet; the functions below add to it in place. */
export function createFindings(): Findings {
  return { problems: [], unstored: new Map() };
}

/** With an error the pack has no content. `message` is a sentence; the place gives file, line and excerpt. */
export function addError(findings: Findings, code: string, message: string, place: Place, more: More = {}): void {
  findings.problems.push(problemAt('error', code, message, place, more));
}

/** A warning is shown, and the pack is installed all the same. */
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

/** All problems, with one warning for the fields of each kind that are not stored. */
export function listProblems(findings: Findings): readonly Problem[] {
  const byNoun = new Map<string, Unstored[]>();
  for (const entry of findings.unstored.values()) {
    const others = byNoun.get(entry.noun) ?? [];
    byNoun.set(entry.noun, others);
    others.push(entry);
  }
  const unstored = [...byNoun].flatMap(([noun, entries]) => {
    const place = entries[0]?.files[0];
    if (place === undefined) return [];
    const message = describeUnstored(withArticle(noun), entries);
    return [problemAt('warning', 'field-not-stored', message, place, { part: 'key' })];
  });
  return [...findings.problems, ...unstored];
}

function describeUnstored(noun: string, entries: readonly Unstored[]): string {
  const [only] = entries;
  if (entries.length > 1) {
    const fields = entries.map(
      ({ field, files }) => `\`${field}\`${files.length === 1 ? '' : ` (${files.length} files)`}`,
    );
    return `No column of Attune stores these fields of ${noun}, which have no effect: ${fields.join(', ')}.`;
  }
  const count = only?.files.length ?? 1;
  const others = count === 1 ? '' : ` (in ${count} files, this is the first)`;
  return `No column of Attune stores \`${only?.field}\` of ${noun}: it has no effect${others}.`;
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
