import { fromNextLine } from './from-next-line.ts';

/** Takes what a command writes and keeps the beginning and the end of it. */
export interface Output {
  take(chunk: Buffer): void;
  /** With a line that says how much was left out, where something was. */
  text(): string;
}

const kept = 1024 * 1024;

/** @param maxBytes how much is kept, half of it of the beginning */
export function collectOutput(maxBytes = kept): Output {
  const half = Math.floor(maxBytes / 2);
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let left = 0;
  return {
    take(chunk) {
      const first = chunk.subarray(0, Math.max(half - headBytes, 0));
      if (first.length > 0) head.push(first);
      headBytes += first.length;
      const rest = chunk.subarray(first.length);
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      if (tailBytes <= 2 * half) return;
      const last = Buffer.concat(tail).subarray(-half);
      left += tailBytes - last.length;
      tail = [last];
      tailBytes = last.length;
    },
    text() {
      const end = Buffer.concat(tail);
      const cut = left + Math.max(end.length - half, 0);
      const last = end.subarray(-half);
      if (cut === 0) return Buffer.concat([...head, last]).toString('utf8');
      return joinCut(Buffer.concat(head), cut, last);
    },
  };
}

/** Only whole lines stand beside the cut: half a character would be garbled, and half a secret not be known for one. */
function joinCut(head: Buffer, cut: number, tail: Buffer): string {
  const headEnd = head.lastIndexOf('\n') + 1;
  const whole = fromNextLine(tail);
  const bytes = cut + head.length - headEnd + tail.length - whole.length;
  return `${head.subarray(0, headEnd)}[… ${bytes} bytes are left out here …]\n${whole}`;
}
