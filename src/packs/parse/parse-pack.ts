import { hasErrors, type Problem, problem } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { decodeUtf8 } from '../../yaml/decode-utf8.ts';
import { readYaml, type YamlDocument } from '../../yaml/read-yaml.ts';
import type { PackContent } from '../content.ts';
import { createFindings, type Findings, listProblems } from '../fields/findings.ts';
import { companionAction } from './companion-action.ts';
import { findDuplicates } from './find-duplicates.ts';
import { finishComponent } from './finish-component.ts';
import type { PackReading } from './pack-reading.ts';
import { formats, parseComponent } from './parse-components.ts';
import { type PackYaml, parsePackYaml } from './parse-pack-yaml.ts';
import { parseWorkflow } from './parse-workflow.ts';
import { sortComponents, sortProblems } from './sort-content.ts';
import { type SortedFiles, sortFiles } from './sort-files.ts';

/** A pack's files as they were read: every path, and the bytes of those that may be YAML the reader wants. */
export interface PackFiles {
  readonly digest: string;
  readonly paths: readonly string[];
  readonly bytes: ReadonlyMap<string, Buffer>;
}

/** A pack's content as its files say, or null and why not. Pure: the same bytes give the same result. */
export function parsePack(files: PackFiles): { content: PackContent | null; problems: readonly Problem[] } {
  const findings = createFindings();
  const sorted = sortFiles(files.paths);
  findings.problems.push(...sorted.problems);
  const open = documentReader(files, findings);
  const packYaml = readPackYaml(sorted.packYamls, open, findings);
  const reading: PackReading = {
    packRef: packYaml?.ref ?? null,
    paths: new Set(files.paths),
    open,
    findings,
    components: [],
    nativeRuntimes: new Set(['core.native']),
    missingEntries: [],
    workflowFiles: new Set(),
  };
  readComponents(sorted, reading);
  readStandaloneWorkflows(sorted, reading);
  findings.problems.push(...findDuplicates(reading.components));
  const problems = sortProblems(listProblems(findings));
  if (hasErrors(problems) || packYaml === null) return { content: null, problems };
  return { content: toContent(packYaml, files.digest, reading, problems), problems };
}

function readPackYaml(
  packYamls: readonly string[],
  open: (path: string) => YamlDocument | null,
  findings: Findings,
): PackYaml | null {
  const [path, other] = packYamls;
  if (path === undefined) {
    const hint = 'A pack is a directory with a pack.yaml in it; check the path.';
    findings.problems.push(
      problem('error', 'missing-pack-yaml', 'There is no pack.yaml.', { hint, where: { file: 'pack.yaml' } }),
    );
    return null;
  }
  if (other !== undefined) {
    const message = `There are both ${path} and ${other}.`;
    findings.problems.push(
      problem('error', 'two-pack-yamls', message, { hint: 'Remove one.', where: { file: other } }),
    );
  }
  const document = open(path);
  return document === null ? null : parsePackYaml(document, findings);
}

function readComponents({ byKind }: SortedFiles, reading: PackReading): void {
  for (const format of formats) {
    if (format.kind === 'pack') continue;
    for (const path of byKind.get(format.kind) ?? []) {
      const parsed = parseComponent(format, path, reading);
      if (parsed !== null) reading.components.push(...finishComponent(parsed.component, parsed.file, reading));
    }
  }
}

/** Workflow files that no action names stand for themselves, each with a companion action. */
function readStandaloneWorkflows({ byKind }: SortedFiles, reading: PackReading): void {
  for (const path of byKind.get('workflow') ?? []) {
    if (reading.workflowFiles.has(path)) continue;
    const document = reading.open(path);
    const workflow = document === null ? null : parseWorkflow(document, null, reading);
    if (workflow !== null) reading.components.push(workflow, companionAction(workflow));
  }
}

/** Opens the one document of a file; each file is parsed, and its problems are told, once. */
function documentReader({ bytes }: PackFiles, findings: Findings): (path: string) => YamlDocument | null {
  const opened = new Map<string, YamlDocument | null>();
  return (path) => {
    const known = opened.get(path);
    if (known !== undefined) return known;
    const document = parseDocument(path, bytes.get(path), findings);
    opened.set(path, document);
    return document;
  };
}

function parseDocument(path: string, bytes: Buffer | undefined, findings: Findings): YamlDocument | null {
  const fail = (code: string, message: string) => {
    findings.problems.push(problem('error', code, message, { where: { file: path, line: 1, column: 1 } }));
    return null;
  };
  if (bytes === undefined) return fail('file-too-large', `${path} is not a YAML file of at most 1 MiB.`);
  const { text, problems: unreadable } = decodeUtf8(bytes, path);
  findings.problems.push(...unreadable);
  if (text === null) return null;
  const { documents, problems } = readYaml(text, path);
  findings.problems.push(...problems);
  if (hasErrors(problems)) return null;
  const [document, second] = documents;
  if (document === undefined) return fail('empty-file', `${path} holds nothing.`);
  if (second !== undefined) return fail('several-documents', `${path} holds more than one YAML document.`);
  return isObject(document.value) ? document : fail('wrong-type', `${path} must hold a mapping.`);
}

function toContent(
  packYaml: PackYaml,
  digest: string,
  reading: PackReading,
  problems: readonly Problem[],
): PackContent {
  return {
    ref: packYaml.ref ?? '',
    version: packYaml.version ?? '',
    digest,
    columns: packYaml.columns,
    config: packYaml.config,
    dependencies: packYaml.dependencies,
    components: sortComponents(reading.components),
    missingEntries: reading.missingEntries,
    warnings: problems,
  };
}
