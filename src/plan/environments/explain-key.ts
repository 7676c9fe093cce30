import type { Recipe } from '../../environments/environment.ts';
import type { Mark } from '../../environments/read-mark.ts';

/**
 * Why an environment has another key than the one before, as far as the mark of that one tells: `requirements.txt
 * changed`, `python3 is 3.12.1 now, was 3.11.2`.
 *
 * @param mark null where nothing is known of it any more
 * @param before its key
 */
export function explainKey(recipe: Recipe, mark: Mark | null, before: string | null): string {
  if (mark === null) return before === null ? 'not built yet' : 'another than before';
  const reasons = [
    ...explainRuntime(recipe, mark),
    ...explainInterpreter(recipe, mark),
    ...explainManifest(recipe, mark),
  ];
  if (reasons.length > 0) return reasons.join(', ');
  const { manifest } = recipe;
  if (manifest?.isOwn === true) return "the pack's files changed";
  return manifest !== null && manifest.files.length > 0
    ? `what ${manifest.path} names, or ${recipe.runtime}, changed`
    : `${recipe.runtime} changed`;
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
  return was.digest === manifest.digest ? [] : [`${manifest.path} changed`];
}
