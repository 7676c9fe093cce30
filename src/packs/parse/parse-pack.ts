import { hasErrors, type Problem, problem } from '../../errors.ts';
import type { YamlDocument } from '../../yaml/read-yaml.ts';
import type { PackContent } from '../content.ts';
import { createFindings, type Findings, listProblems } from '../fields/findings.ts';
import { companionAction } from './companion-action.ts';
import { findDuplicates } from './find-duplicates.ts';
import { finishComponent } from './finish-component.ts';
import type { PackReading } from './pack-reading.ts';
import { formats, parseComponent } from './parse-components.ts';
import { type PackYaml, parsePackYaml } from './parse-pack-yaml.ts';
import { parseWorkflow } from './parse-workflow.ts';
import type { YamlReading } from './parse-yaml-file.ts';
import { sortComponents, sortProblems } from './sort-content.ts';
import { type SortedFiles, sortFiles } from './sort-files.ts';

/** A pack's files as they were read: every path, and what those that `mayBeRead` hold. */
export interface PackFiles {
  readonly digest: string;
  readonly paths: readonly string[];
  /** Undefined where the file is not there or too large. */
  read(path: string): YamlReading | undefined;
}

/** A pack's content as its files say, or null and why not. Pure: the same bytes give the same result. */
export function parsePack(files: PackFiles): { content: PackContent | null; problems: readonly Problem[] } {
  const findings = createFindings();
  const sorted = sortFiles(files.paths);
  findings.problems.push(...sorted.problems);
  const open = documentReader(files, findings);
  const paths = new Set(files.paths);
  const packYaml = readPackYaml(sorted.packYamls, open, paths, findings);
  const reading: PackReading = {
    packRef: packYaml?.ref ?? null,
    paths,
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
  paths: ReadonlySet<string>,
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
  return document === null ? null : parsePackYaml(document, paths, findings);
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

/** Opens the one document of a file; its problems are told once. */
function documentReader({ read }: PackFiles, findings: Findings): (path: string) => YamlDocument | null {
  const opened = new Map<string, YamlDocument | null>();
  return (path) => {
    const known = opened.get(path);
    if (known !== undefined) return known;
    const { document, problems } = read(path) ?? unread(path);
    findings.problems.push(...problems);
    opened.set(path, document);
    return document;
  };
}

function unread(path: string): YamlReading {
  const where = { file: path, line: 1, column: 1 };
  const message = `${path} is not a YAML file of at most 1 MiB.`;
  return { document: null, problems: [problem('error', 'file-too-large', message, { where })] };
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
    runtimeNeeds: packYaml.runtimeNeeds,
    components: sortComponents(reading.components),
    missingEntries: reading.missingEntries,
    warnings: problems,
    ...(packYaml.testing === null ? {} : { testing: packYaml.testing }),
  };
}
