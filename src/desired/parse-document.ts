import type { Problem } from '../errors.ts';
import { isObject } from '../json.ts';
import { createReporter } from '../yaml/check-schema.ts';
import { loadSchema } from '../yaml/load-schema.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { YamlDocument } from '../yaml/read-yaml.ts';
import { buildDocumentConfig, type DocumentConfig, type SecretFile } from './build-document-config.ts';
import { buildSource } from './build-source.ts';
import type { DocumentSource, PackDocument, UnmanagedDocument } from './desired.ts';
import { type DocumentBase, nameFile } from './document-base.ts';
import type { DocumentFile } from './document-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ParseOptions {
  /** The document's file, relative to its base. */
  readonly path: string;
  readonly entry: { readonly name: string; readonly base: DocumentBase };
  readonly environment: Environment;
}

export type ParsedDocument =
  | { readonly document: PackDocument; readonly secretFiles: readonly SecretFile[] }
  | { readonly unmanaged: UnmanagedDocument }
  | { readonly problems: readonly Problem[] };

/** One YAML document as a PackDocument, or everything that is wrong with it. */
export function parseDocument(yaml: YamlDocument, options: ParseOptions): ParsedDocument {
  const { path, entry, environment } = options;
  const { problems: invalid, isSound } = reporter()(yaml, nameFile(entry.base, path));
  const written = (isObject(yaml.value) ? yaml.value : {}) as unknown as DocumentFile;
  if (written.state === 'unmanaged' && invalid.length === 0) {
    return { unmanaged: { ref: written.ref, entry: entry.name, where: yaml.position(['ref']) } };
  }
  const built = isSound(['source']) ? buildSource(written.source ?? {}, yaml, path, entry.base) : null;
  const config = isSound(['config'])
    ? buildDocumentConfig(written.config ?? {}, { document: yaml, path, base: entry.base, environment })
    : null;
  const prefixes = isSound(['ref']) && isSound(['enabled']) ? checkPrefixes(yaml, written) : [];
  const sourceProblems = built !== null && 'problem' in built ? [built.problem] : [];
  const problems = [...invalid, ...sourceProblems, ...(config?.problems ?? []), ...prefixes];
  if (built === null || 'problem' in built || config === null || problems.length > 0) return { problems };
  return {
    document: buildDocument(yaml, written, built.source, config, entry.name),
    secretFiles: config.secretFiles,
  };
}

function buildDocument(
  yaml: YamlDocument,
  { ref, checksum, enabled = {}, prune, tests, buildScripts, suspend }: DocumentFile,
  source: DocumentSource,
  { config, places }: DocumentConfig,
  entry: string,
): PackDocument {
  return {
    ref,
    source,
    ...(checksum === undefined ? {} : { checksum: checksum.slice('sha256:'.length).toLowerCase() }),
    config,
    enabled,
    ...(prune === undefined ? {} : { prune }),
    ...(tests === undefined ? {} : { tests }),
    ...(buildScripts === undefined ? {} : { buildScripts }),
    ...(suspend === undefined ? {} : { suspend: buildSuspension(suspend, yaml) }),
    entry,
    where: yaml.position(['ref']),
    configPlaces: places,
  };
}

function buildSuspension(
  { until, ...said }: NonNullable<DocumentFile['suspend']>,
  yaml: YamlDocument,
): NonNullable<PackDocument['suspend']> {
  const where = yaml.position(['suspend'], 'key');
  return { ...said, ...(until === undefined ? {} : { until: new Date(until) }), where };
}

function checkPrefixes(yaml: YamlDocument, { ref, enabled = {} }: DocumentFile): Problem[] {
  const foreign = Object.keys(enabled).filter((key) => !key.startsWith(`${ref}.`));
  return foreign.map((key) => {
    const message = `The key ${key} in enabled is not a component of this pack; its ref begins with ${ref}.`;
    return problemAt(yaml, ['enabled', key], 'foreign-ref', message, { part: 'key' });
  });
}

let compiled: ReturnType<typeof createReporter> | undefined;

function reporter(): ReturnType<typeof createReporter> {
  compiled ??= createReporter(loadSchema('desired'));
  return compiled;
}
