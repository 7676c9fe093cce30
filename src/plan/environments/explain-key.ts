import type { Manifest, Recipe } from '../../environments/environment.ts';
import type { Mark } from '../../environments/read-mark.ts';

/**
 * Why an environment has another key than the one before, as far as the mark of that one tells: `requirements.txt
 * changed`, `python3 is 3.12.1 now, was 3.11.2`.
 *
 * @param mark of the one before
 */
export function explainKey(recipe: Recipe, mark: Mark): string {
  const reasons = [
    ...explainRuntime(recipe, mark),
    ...explainInterpreter(recipe, mark),
    ...explainManifest(recipe, mark),
  ];
  if (reasons.length > 0) return reasons.join(', ');
  const { manifest } = recipe;
  if (manifest?.isOwn === true) return "the pack's files changed";
  return `${recipe.runtime} changed`;
}

const namedFiles = 3;

/** Nothing is said where the mark says nothing of files. */
function explainFiles({ files }: Manifest, were: NonNullable<Mark['manifest']>['files'] = files): readonly string[] {
  const known = new Map(were.map((file) => [file.path, file.digest]));
  const changed = files.filter((file) => known.get(file.path) !== file.digest).map((file) => file.path);
  const kept = new Set(files.map((file) => file.path));
  const all = [...changed, ...were.map((file) => file.path).filter((file) => !kept.has(file))].sort();
  if (all.length === 0) return [];
  const hidden = all.length - namedFiles;
  return [`${[...all.slice(0, namedFiles), ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ')} changed`];
}

function explainRuntime({ runtime, version }: Recipe, mark: Mark): readonly string[] {
  const say = (ref: string, number: string | null) => (number === null ? ref : `${ref} ${number}`);
  if (mark.runtime === runtime && mark.version === version) return [];
  // Whose runtime it was built for first does not count where several share it.
  return mark.runtime !== runtime && mark.version === version
    ? []
    : [`${say(runtime, version)} now, was ${say(mark.runtime, mark.version)}`];
}

function explainInterpreter({ interpreter, config }: Recipe, { interpreter: was }: Mark): readonly string[] {
  const name = config.interpreter?.binary ?? 'the interpreter';
  if (interpreter === null || was === null) return [];
  if (interpreter.version !== was.version && interpreter.version !== null && was.version !== null) {
    return [`${name} is ${interpreter.version} now, was ${was.version}`];
  }
  return interpreter.path === was.path ? [] : [`${name} is at ${interpreter.path} now, was at ${was.path}`];
}

function explainManifest({ manifest }: Recipe, { manifest: was }: Mark): readonly string[] {
  if (manifest === null) return was === null ? [] : [`${was.path} is gone`];
  if (was === null) return [`${manifest.path} is new`];
  if (was.path !== manifest.path) return [`${manifest.path} now, was ${was.path}`];
  return was.digest === manifest.digest ? explainFiles(manifest, was.files) : [`${manifest.path} changed`];
}
