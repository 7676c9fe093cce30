import type { Json } from '../../json.ts';
import { type Concealed, maskSecrets } from '../../secret.ts';
import type { Cause, PackScope } from '../pack-scope.ts';
import type { ConfigWrite, FieldChange, OverrideChange } from '../plan.ts';
import { equalConcealed, isRecorded, type KeySides, sidesOf } from './config-sides.ts';

/** What becomes of one key of `pack.config`. */
export interface KeyDecision {
  readonly key: string;
  readonly write?: ConfigWrite;
  readonly field?: FieldChange;
  readonly override?: OverrideChange;
  /** What the inventory holds of it afterwards; undefined where the key is none of ours. */
  readonly record?: Json;
  readonly cause?: Cause;
  readonly driftReported?: true;
}

/** Compares `pack.config` key by key (design §5, class *config*); decisions by key, sorted. */
export function diffConfig(scope: PackScope): readonly KeyDecision[] {
  const { wanted, installed, recorded, overrides } = scope;
  const keys = new Set([
    ...Object.keys(wanted.document.config),
    ...Object.keys(wanted.content.config),
    ...Object.keys(installed?.config ?? {}),
    ...Object.keys(recorded?.config ?? {}),
    ...(recorded?.documentKeys ?? []),
    ...[...overrides.values()].filter(({ kind }) => kind === 'pack').map(({ field }) => field),
  ]);
  return [...keys].sort().map((key) => decideKey(sidesOf(key, scope), scope));
}

function decideKey(sides: KeySides, scope: PackScope): KeyDecision {
  if (sides.document !== undefined) return decideByDocument(sides, sides.document, scope);
  if (sides.wasDocument) return decideAfterDocument(sides, scope);
  if (sides.actual === undefined) return decideAbsent(sides, scope);
  return decideByPerson(sides, sides.actual, scope);
}

/** The document's key wins; what a person had set there is preserved. */
function decideByDocument(sides: KeySides, value: Concealed, scope: PackScope): KeyDecision {
  const { key, actual, last, wasDocument, override } = sides;
  const record = maskSecrets(value, scope.actual.secretKey);
  const ended = override === undefined ? {} : { override: overrideOf('end', sides, override, scope) };
  if (actual !== undefined && equalConcealed(actual, value)) {
    const known = wasDocument && last !== undefined && override === undefined;
    return { key, record, ...ended, ...(known ? {} : { cause: 'config' as const }) };
  }
  const drifted = wasDocument && last !== undefined && isRecorded(value, last, scope);
  if (drifted && !scope.repairs) return { key, record, ...ended, driftReported: true };
  return {
    key,
    record,
    ...ended,
    write: { key, from: 'document', preserve: isPersons(sides, scope) },
    field: fieldOf(sides, value, drifted ? 'drifted' : 'changed', scope),
    cause: drifted ? 'drift' : 'config',
  };
}

/** A key left the document: what a person set since stays, else what they had set before returns, else the default. */
function decideAfterDocument(sides: KeySides, scope: PackScope): KeyDecision {
  const { key, actual, content, last } = sides;
  const cause = 'config';
  if (actual !== undefined && last !== undefined && !isRecorded(actual, last, scope)) {
    return { ...keepAsOverride(sides, actual, scope), cause };
  }
  const preserved = findPreserved(key, scope);
  if (preserved !== undefined) return { ...restore(sides, preserved, scope), cause };
  if (content !== undefined) {
    const record = maskSecrets(content, scope.actual.secretKey);
    return actual !== undefined && equalConcealed(actual, content)
      ? { key, record, cause }
      : {
          key,
          record,
          cause,
          write: { key, from: 'default', preserve: false },
          field: fieldOf(sides, content, 'changed', scope),
        };
  }
  if (actual === undefined) return { key, cause };
  return { key, cause, write: { key, from: 'nothing' }, field: fieldOf(sides, null, 'changed', scope) };
}

/** Nothing is there: a person took it away, unless the whole row was made anew, or is to be made. */
function decideAbsent(sides: KeySides, scope: PackScope): KeyDecision {
  const { key, content, last, override, reset } = sides;
  // What was set aside is older: a document that sets a key ends what people set there.
  if (override !== undefined && reset && sides.theirs?.plain !== undefined) return writeBack(sides, override, scope);
  const preserved = scope.installed === undefined ? findPreserved(key, scope) : undefined;
  if (preserved !== undefined) return { ...restore(sides, preserved, scope), cause: 'content' };
  const ended = override === undefined ? {} : { override: overrideOf('end', sides, override, scope) };
  if (content === undefined) return { key, ...ended };
  const record = maskSecrets(content, scope.actual.secretKey);
  const drifted = last !== undefined && (override !== undefined || isRecorded(content, last, scope));
  if (drifted && !scope.repairs) return { key, ...(last === undefined ? {} : { record: last }), driftReported: true };
  return {
    key,
    record,
    ...ended,
    write: { key, from: 'default', preserve: false },
    field: fieldOf(sides, content, drifted ? 'drifted' : 'changed', scope),
    cause: drifted ? 'drift' : 'content',
  };
}

/** No document has a say: a value that a person set is kept, and recorded as theirs. */
function decideByPerson(sides: KeySides, actual: Concealed, scope: PackScope): KeyDecision {
  const { key, content, last, override } = sides;
  if (override !== undefined) return decideByOverride(sides, actual, override, scope);
  const touched = last === undefined || !isRecorded(actual, last, scope);
  if (content !== undefined && equalConcealed(actual, content)) {
    return { key, record: maskSecrets(content, scope.actual.secretKey) };
  }
  if (touched) return keepAsOverride(sides, actual, scope);
  if (content === undefined) return { key, ...(last === undefined ? {} : { record: last }) };
  return {
    key,
    record: maskSecrets(content, scope.actual.secretKey),
    write: { key, from: 'default', preserve: false },
    field: fieldOf(sides, content, 'changed', scope),
    // The same files: a person let go of the key.
    cause: scope.sameContent ? 'config' : 'content',
  };
}

/** What they set before, unless they set another since. A row that was made anew with the default has nobody's value. */
function decideByOverride(sides: KeySides, actual: Concealed, override: Json, scope: PackScope): KeyDecision {
  const { key, content, theirs, reset } = sides;
  if (isRecorded(actual, override, scope)) {
    const known = !reset && theirs?.plain !== undefined && (theirs.own === true) === (content === undefined);
    return known ? { key, record: maskSecrets(actual, scope.actual.secretKey) } : keepAsOverride(sides, actual, scope);
  }
  const isDefault = content !== undefined && equalConcealed(actual, content);
  if (reset && isDefault && theirs?.plain !== undefined) return writeBack(sides, override, scope);
  return keepAsOverride(sides, actual, scope);
}

/** The pack's row was made anew since a person set the key. */
function writeBack(sides: KeySides, override: Json, scope: PackScope): KeyDecision {
  const { key, theirs } = sides;
  if (scope.installed !== undefined && !scope.repairs) return { key, record: override, driftReported: true };
  const after = theirs?.plain ?? null;
  return {
    key,
    record: override,
    write: { key, from: 'override' },
    field: fieldOf(sides, after, scope.installed === undefined ? 'changed' : 'drifted', scope),
    override: overrideOf('record', sides, override, scope),
    cause: scope.installed === undefined ? 'content' : 'drift',
  };
}

/** The replaced value is a person's: not the one we wrote, and not the pack's default. */
function isPersons({ actual, content, last, override, reset }: KeySides, scope: PackScope): boolean {
  if (actual === undefined) return override !== undefined && reset;
  if (override !== undefined) return true;
  if (last !== undefined) return !isRecorded(actual, last, scope);
  return content === undefined || !equalConcealed(actual, content);
}

function keepAsOverride(sides: KeySides, actual: Concealed, scope: PackScope): KeyDecision {
  const { key } = sides;
  const value = maskSecrets(actual, scope.actual.secretKey);
  return { key, record: value, override: overrideOf('record', sides, value, scope) };
}

function restore(sides: KeySides, preserved: { id: string; value: Concealed }, scope: PackScope): KeyDecision {
  const { key, actual, content } = sides;
  const value = maskSecrets(preserved.value, scope.actual.secretKey);
  const isDefault = content !== undefined && equalConcealed(preserved.value, content);
  const same = actual !== undefined && equalConcealed(actual, preserved.value);
  return {
    key,
    record: value,
    write: { key, from: 'preserved', preserved: preserved.id },
    ...(same ? {} : { field: fieldOf(sides, preserved.value, 'changed', scope) }),
    ...(isDefault ? {} : { override: overrideOf('record', sides, value, scope) }),
  };
}

/** The last one set aside is what the person wanted last. */
function findPreserved(key: string, { actual, wanted }: PackScope) {
  return actual.preserved.findLast(({ kind, ref, field }) => kind === 'config' && ref === wanted.ref && field === key);
}

function overrideOf(
  op: OverrideChange['op'],
  { key, content }: KeySides,
  value: Json,
  { wanted }: PackScope,
): OverrideChange {
  const own = op === 'record' && content === undefined ? ({ own: true } as const) : {};
  return { op, pack: wanted.ref, kind: 'pack', ref: wanted.ref, field: key, value, ...own };
}

function fieldOf({ key, actual }: KeySides, after: Concealed, why: FieldChange['why'], scope: PackScope): FieldChange {
  const mask = (value: Concealed | undefined) => maskSecrets(value ?? null, scope.actual.secretKey);
  return { field: `config.${key}`, before: mask(actual), after: mask(after), why };
}
