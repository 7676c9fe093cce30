import { characterWidth, displayWidth } from './display-width.ts';

/** The text in lines of at most `width` columns: broken at blanks, and inside a word only where it alone is longer. */
export function wrapText(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cutWord(word, Math.max(width, 2));
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  if (line !== '') lines.push(line);
  return lines;
}

function cutWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const taken = characterWidth(character);
    if (used + taken > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += taken;
  }
  return [...pieces, piece];
}

/**
 * Wrapped text whose first line stands behind `first` and whose others are indented as deep, or by `depth`
 * where `first` is a title and not a label.
 */
export function hangText(first: string, text: string, width: number, depth = displayWidth(first)): string[] {
  const room = Math.max(width, depth + 16);
  const label = first.endsWith(' ') ? `${'x'.repeat(displayWidth(first) - 1)} ` : 'x'.repeat(displayWidth(first));
  const full = `${label}${text}`;
  const [head = ''] = wrapText(full, room);
  const rest = full.slice(head.length).trimStart();
  const others = rest === '' ? [] : wrapText(rest, room - depth);
  return [
    head.length < label.length ? first.trimEnd() : first + head.slice(label.length),
    ...others.map((line) => ' '.repeat(depth) + line),
  ];
}
