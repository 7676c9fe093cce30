import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Problem, problem } from '../errors.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { chooseBranches } from './choose-branches.ts';
import { type Explained, explainError } from './explain-error.ts';
import { nearest } from './nearest.ts';
import type { Path, YamlDocument } from './read-yaml.ts';
import { readError } from './schema-error.ts';

export type Checker = (document: YamlDocument, file: string) => Problem[];

/** What a schema finds in a document, and which parts of it are as the schema wants them. */
export interface SchemaReport {
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** True where nothing at, above or below the path is wrong, so that further checks make sense. */
  isSound(path: Path): boolean;
}

/** Of one document; a person fixes the first few, and a hostile one has thousands. */
const mostProblems = 50;
const mostErrors = 1000;

/**
 * Makes the check of documents against a JSON Schema (2020-12). Every mistake becomes one sentence at its place.
 * Schemas say more with `patternErrorMessage` and `errorMessage` (each continues "<name> must …") and `errorCode`.
 */
export function createChecker(schema: object): Checker {
  const report = createReporter(schema);
  return (document, file) => [...report(document, file).problems];
}

/** The same check for whoever has rules beside the schema. */
export function createReporter(schema: object): (document: YamlDocument, file: string) => SchemaReport {
  let validate: ValidateFunction | undefined;
  return (document, file) => {
    // A schema of ours is checked by a test; here it would take longer than all else that a schema costs.
    validate ??= compile(schema, { validateSchema: false });
    if (validate(document.value)) return { problems: [], isSound: () => true };
    const errors = withoutFrames(chooseBranches((validate.errors ?? []).slice(0, mostErrors)));
    const explain = (error: ErrorObject) => explainError(readError(error, document.value), document);
    const told = unique(withoutEchoes(errors).map(explain));
    // A key that is missing because it is misspelt is told once, and missing all the same.
    const wrong = errors.map((error) => explain(error).path);
    return {
      problems: orderProblems(told.map((found) => locate(found, document, file))).slice(0, mostProblems),
      isSound: (path) => !wrong.some((found) => touches(found, path)),
    };
  };
}

/**
 * Compiles a schema as strictly as the validator can; throws where the schema itself is wrong.
 * @param options.validateSchema false for one that is known to be a schema
 */
export function compile(schema: object, { validateSchema = true } = {}): ValidateFunction {
  const ajv = new Ajv2020({
    validateSchema,
    allErrors: true,
    strict: true,
    // A `required` inside an alternative speaks of properties that its parent defines.
    strictRequired: false,
    verbose: true,
    discriminator: true,
  });
  for (const keyword of ['patternErrorMessage', 'errorMessage', 'errorCode']) ajv.addKeyword(keyword);
  return ajv.compile(schema);
}

/** Drops what stands around another error and says nothing of its own. */
function withoutFrames(errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter(({ keyword }) => keyword !== 'propertyNames' && keyword !== 'if');
}

/** Drops what only repeats another error: the missing key that a misspelt one was to be. */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const misspelt = new Set(
    errors.flatMap((error) => {
      if (error.keyword !== 'additionalProperties') return [];
      const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
      return `${error.instancePath} ${nearest(String(error.params.additionalProperty), known)}`;
    }),
  );
  const isMisspelt = (instancePath: string, keys: readonly unknown[]) =>
    keys.some((key) => misspelt.has(`${instancePath} ${key}`));
  return errors.filter(({ keyword, instancePath, params }) => {
    if (keyword === 'required') return !isMisspelt(instancePath, [params.missingProperty]);
    if (keyword === 'exclusive') return params.present.length > 0 || !isMisspelt(instancePath, params.keys);
    return true;
  });
}

/** One sentence for one place: a value that fails two patterns is told about the first. */
function unique(explained: readonly Explained[]): Explained[] {
  const seen = new Set<string>();
  return explained.filter(({ code, path, message }) => {
    const key = JSON.stringify([code, path, code === 'wrong-format' ? '' : message]);
    return !seen.has(key) && seen.add(key);
  });
}

function locate({ code, message, hint, path, part }: Explained, document: YamlDocument, file: string): Problem {
  const position = document.position(path, part);
  return problem('error', code, message, {
    where: { ...position, file },
    excerpt: document.excerpt(position),
    ...(hint === undefined ? {} : { hint }),
  });
}

function touches(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, index) => step === other[index]);
}
