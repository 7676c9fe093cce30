import type { Json } from '../../json.ts';
import { nearest } from '../../yaml/nearest.ts';
import type { TestRunner } from '../content.ts';
import { addError, addWarning, type Findings, type Place } from '../fields/findings.ts';
import { type Fields, parseFields } from '../fields/parse-fields.ts';
import { testRunnerFormat } from '../fields/testing-fields.ts';
import { findInside } from '../files/find-inside.ts';
import { readResultFormat, readResultPath } from './test-results-fields.ts';

const runnerTypes = ['script', 'unittest', 'pytest'] as const;
/** As in Attune. */
const defaultTimeoutS = 300;
const longestTimeoutS = 24 * 60 * 60;

/** What `testing` says for all its runners. */
export interface RunnerDefaults {
  readonly results: TestRunner['results'] | null;
  readonly resultPath: string | null;
}

/** One entry of `testing.runners`; nothing, and an error, where it lacks what it cannot be understood without. */
export function parseTestRunner(
  name: string,
  value: Json,
  place: Place,
  defaults: RunnerDefaults,
  { paths, findings }: { readonly paths: ReadonlySet<string>; readonly findings: Findings },
): TestRunner[] {
  const fields = parseFields(testRunnerFormat, place, value, '', findings);
  const results = readResultFormat(fields, findings) ?? defaults.results ?? 'simple';
  const resultPath = readResultPath(fields, findings) ?? defaults.resultPath;
  const type = fields.values.get('type');
  const entryPoint = fields.values.get('entry_point');
  const timeoutMs = readTimeout(fields, findings) * 1000;
  if (typeof type !== 'string' || typeof entryPoint !== 'string') return [];
  const unusable = checkType(type, fields, findings);
  const entry = checkEntryPoint(entryPoint, type, paths, fields, findings);
  if (entry === null) return [];
  const where = place.document.position(place.path, 'key');
  const fault = unusable ?? entry.unusable;
  return [
    {
      name,
      type,
      entryPoint: entry.path,
      timeoutMs,
      results,
      resultPath,
      where,
      ...(fault === null ? {} : { unusable: fault }),
    },
  ];
}

function readTimeout(fields: Fields, findings: Findings): number {
  const timeout = (fields.values.get('timeout') ?? defaultTimeoutS) as number;
  if (timeout <= longestTimeoutS) return timeout;
  const message = `\`timeout\` is ${timeout}, in seconds, but must be at most a day (${longestTimeoutS}).`;
  addError(findings, 'invalid-value', message, fields.at('timeout'));
  return defaultTimeoutS;
}

/** Why it cannot be run, without a full stop; null where it can. */
function checkType(type: string, fields: Fields, findings: Findings): string | null {
  if (runnerTypes.some((known) => known === type)) return null;
  const unusable = `no runner of type ${JSON.stringify(type)} is known`;
  const meant = nearest(type, runnerTypes);
  const hint = meant === undefined ? `The types are ${runnerTypes.join(', ')}.` : `Did you mean ${meant}?`;
  const message = `No runner of type ${JSON.stringify(type)} is known: these tests cannot be run, and count as failed.`;
  addWarning(findings, 'test-unusable', message, fields.at('type'), { hint });
  return unusable;
}

/** The path relative to the pack; null, and an error, where it is none. */
function checkEntryPoint(
  given: string,
  type: string,
  paths: ReadonlySet<string>,
  fields: Fields,
  findings: Findings,
): { readonly path: string; readonly unusable: string | null } | null {
  const place = fields.at('entry_point');
  // pytest takes one test of a file behind colons.
  const [file = '', ...tests] = type === 'pytest' ? given.split('::') : [given];
  const found = findInside('', file, paths);
  if (found.type === 'outside' || file === '' || file.startsWith('-')) {
    const message = `The entry point ${JSON.stringify(given)} of these tests is no path inside the pack.`;
    addError(findings, 'path-outside-pack', message, place);
    return null;
  }
  const path = found.path.replace(/\/$/, '');
  const isDirectory = path === '.' || [...paths].some((one) => one.startsWith(`${path}/`));
  const isThere = found.type === 'found' || (isDirectory && type !== 'script');
  const whole = [path, ...tests].join('::');
  if (isThere) return { path: whole, unusable: null };
  const unusable = `there is no file ${path} in the pack`;
  const message = `The entry point ${path} is missing: these tests cannot be run, and count as failed.`;
  addWarning(findings, 'test-unusable', message, place);
  return { path: whole, unusable };
}
