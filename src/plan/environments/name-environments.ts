import type { Recipe } from '../../environments/environment.ts';
import { compareRefs } from '../compare-refs.ts';

export interface NamedRecipe extends Recipe {
  readonly link: string;
  readonly workerName: string;
}

interface UnnamedRecipe {
  readonly recipe: Recipe;
  /** Of the runtime. */
  readonly name: string;
  /** Some component takes whatever version there is. */
  readonly isPlain: boolean;
}

/**
 * Gives each environment of a pack its name in the pack's directory, and the one that Attune's workers look for. Of several
 * with one name, that of components without a constraint has it, else the first by runtime; the others get theirs behind it.
 */
export function nameEnvironments(recipes: readonly UnnamedRecipe[]): readonly NamedRecipe[] {
  const sorted = [...recipes].sort(
    (one, other) =>
      Number(other.isPlain) - Number(one.isPlain) ||
      compareRefs(one.recipe.runtime, other.recipe.runtime) ||
      compareRefs(one.recipe.version ?? '', other.recipe.version ?? ''),
  );
  const [taken, takenByWorkers] = [new Set<string>(), new Set<string>()];
  const named = sorted.map(({ recipe, name }) => {
    const directory = recipe.config.environment?.directory ?? '';
    const distinction = recipe.version ?? recipe.runtime.slice(recipe.runtime.lastIndexOf('.') + 1);
    const link = firstFree([directory, `${directory}-${plainName(distinction)}`], taken);
    taken.add(link);
    const base = name.toLowerCase();
    const workerName = plainName(recipe.version === null ? base : `${base}-${recipe.version}`, 200);
    // Two runtimes can have one name, and one of the two would take the other's link away in every run.
    const own = firstFree([workerName, `${plainName(workerName)}-${plainName(recipe.runtime)}`], takenByWorkers);
    takenByWorkers.add(own);
    return { ...recipe, link, workerName: own };
  });
  return named.sort((one, other) => compareRefs(one.link, other.link));
}

function firstFree(names: readonly [string, string], taken: ReadonlySet<string>): string {
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  let count = 2;
  while (taken.has(`${names[1]}-${count}`)) count++;
  return `${names[1]}-${count}`;
}

/**
 * One segment of a path, whatever a row holds: names of runtimes and versions are anybody's text.
 *
 * @param longest in bytes of UTF-8: systems take 255, and what is drafted or set aside gets up to 40 more
 */
function plainName(text: string, longest = 100): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a file's name
  const name = cutBytes(text.replace(/[\u0000-\u001f\u007f/\\]/g, '_'), longest);
  return /^\.*$/.test(name) ? `_${name}` : name;
}

/** Whole characters only: half of one would be read back as another. */
function cutBytes(text: string, longest: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, longest);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
