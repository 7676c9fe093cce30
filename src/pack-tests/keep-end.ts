import { fromNextLine } from '../environments/from-next-line.ts';

/** Takes what a command writes and keeps the end of it, from a line's beginning on where something was dropped. */
export function keepEnd(maxBytes: number): { take(chunk: Buffer): void; text(): string } {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  const trim = () => {
    const whole = Buffer.concat(chunks);
    isCut ||= whole.length > maxBytes;
    const last = whole.subarray(-maxBytes);
    chunks = [last];
    bytes = last.length;
    return last;
  };
  return {
    take(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > 2 * maxBytes) trim();
    },
    text() {
      const last = trim();
      return (isCut ? fromNextLine(last) : last).toString('utf8');
    },
  };
}
