import { list, object, oneOf, orNull, type Schema, shared, text, time, whole } from './json-schema.ts';

/** What several routes answer with, by the name it has in the OpenAPI document. */
export const sharedSchemas: readonly Schema[] = [
  {
    $id: 'Refusal',
    description: 'Why there is no other answer (RFC 9457). `code` is stable.',
    ...object(
      { type: text, title: text, status: whole, code: text, detail: text },
      { hint: { ...text, description: 'What to do about it.' }, problems: list(shared('Problem')) },
    ),
  },
  {
    $id: 'Problem',
    description: 'One thing that is wrong. `code` is stable.',
    ...object(
      { severity: oneOf('error', 'warning'), code: text, message: text },
      { hint: text, excerpt: text, where: object({ file: text }, { line: whole, column: whole }) },
    ),
  },
  {
    $id: 'Reason',
    description: 'Why something changes, as a stable code and as a sentence.',
    ...object({ code: text, sentence: text }),
  },
  {
    $id: 'Content',
    description: 'The exact content of a pack.',
    ...object({ version: text, digest: orNull(text), commit: orNull(text) }),
  },
  {
    $id: 'Change',
    description: 'What one run did to one pack; `pack` is null of a run that changed none.',
    ...object({
      run: text,
      manager: text,
      cause: text,
      who: text,
      started: time,
      ended: time,
      outcome: text,
      pack: orNull(text),
      action: orNull(text),
      reason: orNull(text),
      message: orNull(text),
      fromVersion: orNull(text),
      fromCommit: orNull(text),
      toVersion: orNull(text),
      toCommit: orNull(text),
      durationMs: orNull(whole),
    }),
  },
  {
    $id: 'PackResult',
    description: 'What became of one pack in a run.',
    ...object({
      ref: text,
      action: orNull(text),
      reason: orNull(shared('Reason')),
      outcome: oneOf('applied', 'blocked', 'failed', 'skipped', 'unreadable'),
      from: orNull(shared('Content')),
      to: orNull(shared('Content')),
      problems: list(shared('Problem')),
      retry: { type: 'boolean' },
      durationMs: { type: 'number' },
    }),
  },
  {
    $id: 'Event',
    description: 'What happened in the daemon. Which further keys there are goes by `type`.',
    ...object({ id: whole, at: time, type: text }),
  },
];
