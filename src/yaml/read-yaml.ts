import { parseAllDocuments } from 'yaml';
import { type Position, type Problem, problem } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Fault, Tree } from './build-tree.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { readDocument } from './read-document.ts';

export type Path = readonly (string | number)[];

/** One YAML document that is sound, with the place of every value in it. */
export interface YamlDocument {
  readonly value: Json;
  /** Where the value (or key) at a path stands; the nearest existing ancestor where there is none. */
  position(path: Path, part?: 'key' | 'value'): Position;
  /** The source line at a position: long ones cut, secrets hidden. */
  excerpt(position: Position): string;
  /** The text of the scalar at a path as it was written, without quotes; undefined where there is no scalar. */
  source(path: Path): string | undefined;
}

export interface YamlFile {
  /** In the order of the file; empty documents are left out. */
  readonly documents: readonly YamlDocument[];
  /** The text of each document that is not sound, for whoever must know what it was about. */
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}

const largestBytes = 1024 * 1024;
/** Of one file; a person fixes the first few, and a hostile file has thousands. */
const mostProblems = 50;

/**
 * Reads YAML 1.2 (core schema, merge keys) strictly: nothing is guessed, dropped or rounded (design §4).
 * A problem in one document leaves the others of the file readable. Never throws.
 */
export function readYaml(text: string, file: string): YamlFile {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const unreadable = textFault(plain);
  if (unreadable !== undefined) return refuse(plain, file, unreadable);
  try {
    return readDocuments(plain, file);
  } catch {
    return refuse(plain, file, { code: 'yaml-syntax', message: 'This YAML is too complex to be read.', at: 0 });
  }
}

function refuse(text: string, file: string, fault: Fault): YamlFile {
  return { documents: [], broken: [text], problems: [faultProblem(fault, createLineIndex(text, file))] };
}

function readDocuments(text: string, file: string): YamlFile {
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    prettyErrors: false,
    // Checked while the tree is built: the parser compares every key with every other one.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const results = (Array.isArray(parsed) ? parsed : []).map((document) => ({ document, ...readDocument(document) }));
  const hide = results.flatMap((result) => result.hide);
  const lines = createLineIndex(text, file, hide);
  const broken = results.filter(({ faults }) => faults.length > 0);
  return {
    documents: results.flatMap(({ tree, faults, start }) =>
      tree === undefined || faults.length > 0 ? [] : [locateTree(tree, start, lines)],
    ),
    broken: broken.map(({ document }) => text.slice(document.range[0], document.range[2])),
    problems: faultProblems(
      broken.flatMap(({ faults }) => oneEachLine(faults, lines)),
      lines,
    ),
  };
}

function locateTree(root: Tree, rootAt: number, lines: LineIndex): YamlDocument {
  return {
    value: root.value,
    position(path, part = 'value') {
      let tree = root;
      let at = rootAt;
      for (const step of path) {
        const member = tree.members.get(step);
        if (member === undefined) break;
        at = part === 'key' ? member.keyAt : member.valueAt;
        tree = member.tree;
      }
      return lines.position(at);
    },
    excerpt: lines.excerpt,
    source(path) {
      let tree: Tree | undefined = root;
      for (const step of path) tree = tree?.members.get(step)?.tree;
      return tree?.source;
    },
  };
}

function textFault(text: string): Fault | undefined {
  if (Buffer.byteLength(text) > largestBytes) {
    return { code: 'file-too-large', message: 'The file is larger than 1 MiB.', at: 0 };
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) return { code: 'nul-character', message: 'The file contains a NUL character.', at: nul };
  const surrogate = text.search(/\p{Surrogate}/u);
  if (surrogate === -1) return undefined;
  const message = 'The file contains half of a character (a lone surrogate).';
  return { code: 'lone-surrogate', message, at: surrogate };
}

/** One mistake makes the parser stumble several times over the same line. */
function oneEachLine(faults: readonly Fault[], lines: LineIndex): Fault[] {
  const seen = new Set<number | undefined>();
  return faults.filter(({ code, at }) => {
    if (code !== 'yaml-syntax') return true;
    const { line } = lines.position(at);
    return !seen.has(line) && seen.add(line);
  });
}

function faultProblems(faults: readonly Fault[], lines: LineIndex): Problem[] {
  const problems = faults.slice(0, mostProblems).map((fault) => faultProblem(fault, lines));
  const first = faults[mostProblems];
  if (first === undefined) return problems;
  const message = `From here on ${faults.length - mostProblems} more problems were found and are not shown.`;
  return [...problems, faultProblem({ code: 'too-many-problems', message, at: first.at }, lines)];
}

function faultProblem(fault: Fault, lines: LineIndex): Problem {
  const where = lines.position(fault.at);
  const hint = fault.hint === undefined ? {} : { hint: fault.hint };
  return problem('error', fault.code, fault.message, { ...hint, where, excerpt: lines.excerpt(where) });
}
