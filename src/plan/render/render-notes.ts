import type { Problem } from '../../errors.ts';
import { renderPlace } from '../../problems/render-problems.ts';
import type { Colour, Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import { hintOfBlock } from '../hint-of-block.ts';
import type { Note, PackChange } from '../plan.ts';

interface NoteOptions {
  readonly paint: Paint;
  readonly width: number;
}

const shownRows = 8;
/** Wide enough for the longest label, `blocks on`. */
const labelWidth = 11;

/** What a change keeps, relinks, leaves orphaned and is blocked by, then what cannot run and what to know. */
export function renderNotes(change: PackChange, options: NoteOptions): string[] {
  const { paint } = options;
  return [
    ...labelled(
      'keeps',
      change.keeps.map((note) => sentence(note)),
      paint.dim,
      options,
    ),
    ...labelled(
      'restores',
      change.restores.map((note) => sentence(note)),
      paint.green,
      options,
    ),
    ...labelled(
      'relinks',
      change.relinks.map((note) => sentence(note)),
      paint.green,
      options,
    ),
    ...labelled(
      'orphans',
      change.orphans.map((note) => sentence(note, Infinity)),
      paint.yellow,
      options,
    ),
    ...labelled(
      'restart',
      (change.restarts ?? []).map((note) => sentence(note)),
      paint.yellow,
      options,
    ),
    ...labelled('degraded', degraded(change.degraded), paint.yellow, options),
    ...labelled('warning', change.warnings.map(problemSentence), paint.yellow, options),
    ...labelled(
      'blocks on',
      change.blocks.map((note) => sentence(note, Infinity)),
      paint.red,
      options,
    ),
    ...labelled(
      'skips',
      (change.skipped ?? []).map((note) => sentence(note, Infinity)),
      paint.red,
      options,
    ),
    ...labelled('hint', hintsOf(change), paint.cyan, options),
  ];
}

/** What to do about its blocks, each once. */
function hintsOf({ blocks }: PackChange): string[] {
  return [...new Set(blocks.flatMap(({ code }) => hintOfBlock(code) ?? []))];
}

/** Lines behind one label, each new note under the one before. */
export function labelled(label: string, texts: readonly string[], colour: Colour, { width }: NoteOptions): string[] {
  return texts.flatMap((text) => {
    const lines = hangText(label.padEnd(labelWidth), printable(text), width);
    return lines.map((line) => colour(line.slice(0, labelWidth)) + line.slice(labelWidth));
  });
}

/** The note with the rows it means, unless it names them itself; many rows are counted after the first few. */
export function sentence(note: Note, most = shownRows): string {
  const rows = note.rows.filter((row) => !note.sentence.includes(row.slice(row.indexOf(' ') + 1)));
  if (rows.length === 0) return note.sentence;
  const hidden = rows.length - most;
  const listed = hidden > 0 ? [...rows.slice(0, most), `${hidden} more`] : rows;
  return `${note.sentence}: ${listed.map(readableRow).join(', ')}`;
}

/** `permission_set core.admin` as people say it. */
function readableRow(row: string): string {
  return row.replace(/^(permission|runtime)_(set|version) /, '$1 $2 ');
}

function degraded(refs: readonly string[]): string[] {
  if (refs.length === 0) return [];
  const hidden = refs.length - shownRows;
  const listed = hidden > 0 ? [...refs.slice(0, shownRows), `${hidden} more`] : refs;
  return [`cannot run, its runtime or entry file is missing: ${listed.join(', ')}`];
}

function problemSentence({ message, where, hint }: Problem): string {
  const place = where === undefined ? '' : ` (${renderPlace(where)})`;
  return `${message}${place}${hint === undefined ? '' : ` ${hint}`}`;
}
