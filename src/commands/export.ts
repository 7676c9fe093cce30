import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { DatabaseContext } from '../context.ts';
import { type Problem, SyncError } from '../errors.ts';
import { withStaging } from '../store/with-staging.ts';
import { type Export, exportPacks } from './export/export-packs.ts';
import type { Variable } from './export/exported-pack.ts';
import { type DocumentPlaces, renderDocument } from './export/render-document.ts';
import { writeExport } from './export/write-export.ts';

export interface ExportOptions {
  /** Only these packs; none: all that are installed. */
  readonly refs: readonly string[];
  /** Absolute; documents are written below it, and files that have no other source. Without it, nothing is written. */
  readonly out?: string;
  /** Files that are there and differ are replaced. */
  readonly force?: boolean;
}

export interface ExportReport {
  /** By ref. */
  readonly documents: readonly { readonly ref: string; readonly text: string }[];
  /** What was written, relative to `out`; null where nothing was to be. */
  readonly written: readonly string[] | null;
  readonly variables: readonly (Variable & { readonly ref: string })[];
  /** Packs that were left out, and why. */
  readonly problems: readonly Problem[];
}

/**
 * Documents for what is installed: by any manager, or by none. Planning them changes no row: unmanaged packs become
 * managed, and what people set is decided by the document from then on.
 *
 * @throws SyncError `unknown-pack`; `export-conflict`; `export-inside-desired`
 */
export async function exportDocuments(context: DatabaseContext, options: ExportOptions): Promise<ExportReport> {
  const { out } = options;
  if (out !== undefined) refuseInside(context, out);
  return withStaging(join(context.config.stateDir, 'staging'), async (staging) => {
    const { packs, problems } = await exportPacks(context, options.refs, staging);
    const places = placesFor(context, out);
    const documents = packs.map((pack) => ({ ref: pack.ref, text: renderDocument(pack, places) }));
    return {
      documents,
      written: out === undefined ? null : await write(out, documents, packs, options.force === true),
      variables: packs.flatMap(({ ref, variables }) => variables.map((variable) => ({ ref, ...variable }))),
      problems,
    };
  });
}

/** Every YAML file below an entry is read as a document: those of packs would be invalid ones. */
function refuseInside({ config }: DatabaseContext, out: string): void {
  const packs = join(out, 'packs');
  for (const entry of config.desiredState) {
    if (entry.type !== 'directory' || !isInside(entry.directory, packs)) continue;
    throw new SyncError(
      'export-inside-desired',
      `${out} is inside ${entry.directory}, which is read for documents: packs must not be written there`,
      { hint: 'Name the directory above it: documents are written to `desired`, packs to `packs` below that.' },
    );
  }
}

/** Paths stay good where what belongs to the configuration is moved as a whole. */
function placesFor({ config }: DatabaseContext, out: string | undefined): DocumentPlaces {
  const base = dirname(config.file);
  const documents = join(out ?? base, 'desired');
  const isNear = (path: string) => out !== undefined && isInside(base, out) && isInside(base, path);
  return {
    directory: (path) => (isNear(path) ? relative(documents, path) : resolve(path)),
    copied: (ref) => `../packs/${ref}`,
    isCopied: out !== undefined,
  };
}

function isInside(directory: string, path: string): boolean {
  const parent = resolve(directory);
  return resolve(path) === parent || resolve(path).startsWith(parent + sep);
}

async function write(
  out: string,
  documents: ExportReport['documents'],
  packs: Export['packs'],
  isForced: boolean,
): Promise<readonly string[]> {
  const schema = await readFile(new URL('../../schemas/desired.schema.json', import.meta.url), 'utf8');
  const files = [
    ...documents.map(({ ref, text }) => ({ path: `desired/${ref}.yaml`, text })),
    { path: 'schemas/desired.schema.json', text: schema },
  ];
  const copied = packs.filter(({ source }) => source.type === 'copy');
  const directories = copied.map(({ ref, staged }) => ({ path: `packs/${ref}`, staged }));
  return writeExport(out, files, directories, isForced);
}
