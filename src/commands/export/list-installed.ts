import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../../json.ts';
import { listPackFiles } from '../../packs/files/list-files.ts';
import { readPublished } from '../../store/version-note.ts';

/** The files of an installed pack. */
export interface InstalledPaths {
  /** Of the pack itself, relative to its directory. */
  readonly own: readonly string[];
  /** Put there by people, or by Attune for them. */
  readonly people: readonly string[];
}

const yamlFile = /\.ya?ml$/;
const webWorkflow = /^actions\/workflows\/[^/]+\.ya?ml$/;

/**
 * Parts what is in a pack's directory. Of a version that was published, its own files are those it was published with.
 * Of another installer's all are, except what interpreters make anew and what Attune's web builder writes: workflows
 * that no action of the pack names.
 */
export async function listInstalled(directory: string, isOurs: boolean): Promise<InstalledPaths> {
  const { files } = await listPackFiles(directory);
  const paths = files.map(({ path }) => path).filter((path) => !path.split('/').includes('__pycache__'));
  const published = isOurs ? await readPublished(directory) : null;
  if (published !== null) return part(paths, (path) => published.has(path));
  const named = await readWorkflowFiles(directory, paths);
  return part(paths, (path) => !webWorkflow.test(path) || named.has(path));
}

function part(paths: readonly string[], isOwn: (path: string) => boolean): InstalledPaths {
  return { own: paths.filter(isOwn), people: paths.filter((path) => !isOwn(path)) };
}

/** What `workflow_file` of the pack's actions names, relative to the pack. */
async function readWorkflowFiles(directory: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const actions = paths.filter((path) => yamlFile.test(path) && /^actions\/[^/]+$/.test(path));
  const values = await Promise.all(actions.map((path) => readYaml(join(directory, path))));
  return new Set(
    values.flatMap((value) => {
      const file = isObject(value) ? value.workflow_file : undefined;
      return typeof file === 'string' ? [join('actions', file), join(file)] : [];
    }),
  );
}

/** What is no YAML names nothing; whether the pack can be used so is for its reader to say. */
async function readYaml(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'), { maxAliasCount: 100 });
  } catch {
    return null;
  }
}
