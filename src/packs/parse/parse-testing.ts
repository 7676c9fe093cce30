import { isObject, type Json } from '../../json.ts';
import type { PackTesting } from '../content.ts';
import { addError, addWarning, type Findings } from '../fields/findings.ts';
import { type Fields, parseFields } from '../fields/parse-fields.ts';
import { testingFormat } from '../fields/testing-fields.ts';
import { parseTestRunner } from './parse-test-runner.ts';
import { readResultFormat, readResultPath } from './test-results-fields.ts';

/** Ways of discovery that Attune's documentation proposes and no release of it has. */
const proposed: readonly string[] = ['manifest', 'executable'];

/**
 * The tests that a pack brings, as `testing` of pack.yaml says; null where it brings none, or has them switched off.
 * What would only keep them from being run is a warning: a pack can be installed without its tests.
 */
export function parseTesting(packYaml: Fields, paths: ReadonlySet<string>, findings: Findings): PackTesting | null {
  const section = packYaml.values.get('testing');
  if (section === undefined) return null;
  const place = packYaml.at('testing');
  const fields = parseFields(testingFormat, place, section, '', findings);
  checkDiscovery(fields, findings);
  const defaults = {
    results: readResultFormat(fields, findings),
    resultPath: readResultPath(fields, findings),
  };
  const entries = Object.entries((fields.values.get('runners') ?? {}) as Readonly<Record<string, Json>>);
  const { document, path } = fields.at('runners');
  const runners = entries.flatMap(([name, value]) => {
    const at = { document, path: [...path, name] };
    if (isObject(value)) return parseTestRunner(name, value as Json, at, defaults, { paths, findings });
    addError(findings, 'wrong-type', `The test runner \`${name}\` must be a mapping.`, at);
    return [];
  });
  const minPassRate = readPassRate(fields, findings);
  if (fields.values.get('enabled') === false) return null;
  if (entries.length === 0) {
    const message = '`testing` names no `runners`: there is nothing to run, which counts as failed.';
    const hint = 'Name a runner, or write enabled: false.';
    addWarning(findings, 'test-unusable', message, place, { hint, part: 'key' });
  }
  const onFailure = (fields.values.get('on_failure') ?? 'block') as PackTesting['onFailure'];
  return { runners, minPassRate, onFailure };
}

function checkDiscovery(fields: Fields, findings: Findings): void {
  const discovery = fields.values.get('discovery');
  const method = isObject(discovery) ? (discovery as Readonly<Record<string, Json>>).method : undefined;
  if (typeof method !== 'string' || !proposed.includes(method)) return;
  const { document, path } = fields.at('discovery');
  const message = `Only \`runners\` are run: \`discovery\` by ${method} has no effect, as in Attune.`;
  addWarning(findings, 'test-unusable', message, { document, path: [...path, 'method'] });
}

function readPassRate(fields: Fields, findings: Findings): number {
  const rate = fields.values.get('min_pass_rate') ?? 1;
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate;
  const place = fields.at('min_pass_rate');
  if (typeof rate !== 'number') {
    addError(findings, 'wrong-type', '`min_pass_rate` must be a number from 0 to 1.', place);
    return 1;
  }
  const hint = rate > 1 && rate <= 100 ? { hint: `It is a share: write ${rate / 100} for ${rate} %.` } : {};
  addError(findings, 'invalid-value', `\`min_pass_rate\` is ${rate}, but must be from 0 to 1.`, place, hint);
  return 1;
}
