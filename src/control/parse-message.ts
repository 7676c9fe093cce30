import type { Problem } from '../errors.ts';
import type { ControlMessage, LookedMessage, PackAnswer, RetryAnswer, SourceAnswer, VersionAnswer } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A payload as a message, or null where it is none. Every role of the database may send one: nothing of it is believed
 * but its shape, and control characters are taken out of what would be shown.
 */
export function parseMessage(payload: string): ControlMessage | null {
  const fields = fieldsOf(parseJson(payload));
  const id = textOf(fields?.id);
  if (fields === null || id === null || id.length > 64) return null;
  switch (fields.type) {
    case 'look':
      return parseLook(id, fields);
    case 'heard':
      return named(lineOf(fields.who), (who) => ({ type: 'heard', id, who }));
    case 'looked':
      return parseLooked(id, fields);
    case 'ask-state':
      return named(fields.manager, (manager) => ({ type: 'ask-state', id, manager }));
    case 'state':
      return parseState(id, fields);
    default:
      return null;
  }
}

/** Who asks stands in history. */
const longestName = 200;

function parseLook(id: string, { manager, by, who, refs, urls }: Fields): ControlMessage | null {
  const [forManager, from] = [textOf(manager), lineOf(who)];
  const lists = { refs: textsOf(refs), urls: textsOf(urls) };
  if (forManager === null || from === null || lists.refs === null || lists.urls === null) return null;
  if (from.length > longestName) return null;
  if (by !== 'api' && by !== 'webhook' && by !== 'command') return null;
  return {
    type: 'look',
    id,
    manager: forManager,
    by,
    who: from,
    ...(lists.refs === undefined ? {} : { refs: lists.refs }),
    ...(lists.urls === undefined ? {} : { urls: lists.urls }),
  };
}

const outcomes: readonly LookedMessage['outcome'][] = ['applied', 'unchanged', 'blocked', 'failed', 'not-done'];
const packOutcomes: readonly PackAnswer['outcome'][] = ['applied', 'blocked', 'failed', 'skipped', 'unreadable'];

function parseLooked(
  id: string,
  { outcome, why, run, packs, more, unknown, sources = [] }: Fields,
): ControlMessage | null {
  const found = outcomes.find((one) => one === outcome);
  const [answers, strangers] = [listOf(packs, parsePack), listOf(unknown, textOf)];
  const failing = listOf(sources, parseSource);
  if (found === undefined || answers === null || strangers === null || failing === null) return null;
  const counted = {
    packs: answers,
    more: countOf(more),
    unknown: strangers,
    ...(failing.length === 0 ? {} : { sources: failing }),
  };
  return { type: 'looked', id, outcome: found, why: textOf(why), run: textOf(run), ...counted };
}

function parsePack(value: unknown): PackAnswer | null {
  const fields = fieldsOf(value);
  const ref = textOf(fields?.ref);
  const outcome = packOutcomes.find((one) => one === fields?.outcome);
  const problems = listOf(fields?.problems, parseProblem);
  if (fields === null || ref === null || outcome === undefined || problems === null) return null;
  return {
    ref,
    action: textOf(fields.action),
    reason: reasonOf(fields.reason),
    outcome,
    from: versionOf(fields.from),
    to: versionOf(fields.to),
    problems,
    retry: fields.retry === true,
    durationMs: countOf(fields.durationMs),
  };
}

function parseProblem(value: unknown): Problem | null {
  const fields = fieldsOf(value);
  const [code, message] = [textOf(fields?.code), textOf(fields?.message)];
  if (code === null || message === null) return null;
  return { severity: fields?.severity === 'warning' ? 'warning' : 'error', code, message };
}

function parseState(id: string, fields: Fields): ControlMessage | null {
  const [who, since] = [lineOf(fields.who), timeOf(fields.since)];
  const retries = listOf(fields.retries, parseRetry);
  const sources = listOf(fields.sources, parseSource);
  const failed = listOf(fields.failed ?? [], parseProblem);
  if (who === null || since === null || retries === null || sources === null || failed === null) return null;
  const pass = fieldsOf(fields.pass);
  const [cause, passSince] = [textOf(pass?.cause), timeOf(pass?.since)];
  const targets = typeof pass?.targets === 'number' ? countOf(pass.targets) : null;
  return {
    type: 'state',
    id,
    who,
    since,
    pass: cause === null || passSince === null ? null : { cause, since: passSince, targets },
    nextLookAt: timeOf(fields.nextLookAt),
    failed,
    retries,
    moreRetries: countOf(fields.moreRetries),
    sources,
    moreSources: countOf(fields.moreSources),
  };
}

function parseRetry(value: unknown): RetryAnswer | null {
  const fields = fieldsOf(value);
  const [ref, at] = [textOf(fields?.ref), timeOf(fields?.at)];
  return ref === null || at === null ? null : { ref, attempts: countOf(fields?.attempts), at };
}

function parseSource(value: unknown): SourceAnswer | null {
  const fields = fieldsOf(value);
  const [url, at, message] = [textOf(fields?.url), timeOf(fields?.at), textOf(fields?.message)];
  return url === null || at === null || message === null
    ? null
    : { url, attempts: countOf(fields?.attempts), at, message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function named(value: unknown, build: (text: string) => ControlMessage): ControlMessage | null {
  const text = textOf(value);
  return text === null ? null : build(text);
}

function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would move the cursor of a terminal
  return value.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** Of a name, which stands in the middle of a line and must not look like another one. */
function lineOf(value: unknown): string | null {
  return textOf(value)?.replaceAll(/[\n\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd') ?? null;
}

/** Undefined where there is none, null where it is no list of texts. */
function textsOf(value: unknown): readonly string[] | undefined | null {
  return value === undefined ? undefined : listOf(value, textOf);
}

/** Null where it is no list, or one of its items is none. */
function listOf<Item>(value: unknown, parse: (item: unknown) => Item | null): readonly Item[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map(parse);
  return items.every((item) => item !== null) ? items : null;
}

function versionOf(value: unknown): VersionAnswer | null {
  const fields = fieldsOf(value);
  const version = textOf(fields?.version);
  return version === null ? null : { version, digest: textOf(fields?.digest), commit: textOf(fields?.commit) };
}

function reasonOf(value: unknown): PackAnswer['reason'] {
  const fields = fieldsOf(value);
  const [code, sentence] = [textOf(fields?.code), textOf(fields?.sentence)];
  return code === null || sentence === null ? null : { code, sentence };
}

function timeOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : 0;
}
