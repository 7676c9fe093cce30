import { isUtf8 } from 'node:buffer';
import { type Problem, problem } from '../errors.ts';
import { createLineIndex } from './line-index.ts';

/** The bytes of a file as text; null, and why, where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, file: string): { text: string | null; problems: readonly Problem[] } {
  if (isUtf8(bytes))
    return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), problems: [] };
  const before = Buffer.from(bytes.subarray(0, firstInvalid(bytes))).toString('utf8');
  const lines = createLineIndex(before, file);
  const where = lines.position(before.length);
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return {
    text: null,
    problems: [
      problem('error', 'invalid-utf8', `The file is ${wide ? 'UTF-16' : 'not valid UTF-8'}.`, {
        hint: 'Save it as UTF-8.',
        where,
        excerpt: lines.excerpt(where),
      }),
    ],
  };
}

/** The longest valid prefix ends here: found by halving, since a prefix of valid text may only lack its last character's end. */
function firstInvalid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isValidPrefix(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  for (let end = low; end >= Math.max(0, low - 3); end--) if (isUtf8(bytes.subarray(0, end))) return end;
  return low;
}

function isValidPrefix(bytes: Uint8Array): boolean {
  return [0, 1, 2, 3].some((less) => isUtf8(bytes.subarray(0, Math.max(0, bytes.length - less))));
}
