import { type Document, isScalar, type ParsedNode, visit, type YAMLError } from 'yaml';
import { buildTree, type Fault, type Tree } from './build-tree.ts';
import type { HiddenRange } from './mask-line.ts';
import { syntaxFault } from './syntax-fault.ts';

export interface ParsedDocument {
  /** Undefined where the document is empty. */
  readonly tree?: Tree;
  /** Offset of its first value. */
  readonly start: number;
  readonly faults: readonly Fault[];
  readonly hide: readonly HiddenRange[];
}

/** One document of the parser as a tree, with all that is wrong with it. */
export function readDocument(document: Document.Parsed): ParsedDocument {
  const start = document.contents?.range[0] ?? document.range[0];
  const notices = [...document.errors, ...document.warnings].map((error) => ({
    error,
    fault: describe(error, document),
  }));
  const known = [...versionFaults(document), ...notices.map(({ fault }) => fault)];
  if (document.contents === null || isEmpty(document.contents)) return { start, faults: known, hide: [] };
  const { tree, faults, hide } = buildTree(document.contents);
  // After a syntax error the parser guesses on, and what else it finds is mostly an echo of that.
  const guessed = notices.some(({ fault }) => fault.code === 'yaml-syntax');
  return { tree, start, faults: guessed ? known : [...known, ...faults], hide };
}

/** A quote that is never closed is reported at the end of the text; a reader looks for its beginning. */
function describe(error: YAMLError, document: Document.Parsed): Fault {
  const fault = syntaxFault(error);
  if (!error.message.startsWith('Missing closing')) return fault;
  let at = fault.at;
  visit(document, {
    Scalar(_key, node) {
      const start = isScalar(node) && node.type?.startsWith('QUOTE_') ? node.range?.[0] : undefined;
      if (start !== undefined && start <= error.pos[0]) at = start;
    },
  });
  return { ...fault, at };
}

function versionFaults({ directives, range }: Document.Parsed): Fault[] {
  const { explicit, version } = directives.yaml;
  if (!explicit || version === '1.2') return [];
  const message = `YAML ${version} is not read here, only YAML 1.2.`;
  return [{ code: 'yaml-version', message, hint: 'Remove the %YAML line.', at: range[0] }];
}

function isEmpty(contents: ParsedNode): boolean {
  return 'value' in contents && contents.value === null && (contents.source ?? '') === '' && !contents.anchor;
}
