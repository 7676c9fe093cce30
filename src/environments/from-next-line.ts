const lineEnds = [0x0a, 0x0d];

/**
 * What was cut off at its beginning, from the first line that begins in it: what stands before can be half a character, or
 * half a secret, which nobody would recognise. Empty where no line begins.
 */
export function fromNextLine(cut: Buffer): Buffer {
  const ends = lineEnds.map((end) => cut.indexOf(end)).filter((index) => index >= 0);
  return ends.length === 0 ? Buffer.alloc(0) : cut.subarray(Math.min(...ends) + 1);
}
