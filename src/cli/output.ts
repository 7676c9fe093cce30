import type { Writable } from 'node:stream';
import type { Redactor } from '../redactor.ts';

export interface Output {
  write(text: string): void;
  readonly color: boolean;
  readonly isTerminal: boolean;
  /** Columns of the terminal; Infinity where there is none and nobody said. */
  readonly width: number;
}

/** For text that is wrapped, not only fitted: where there is no terminal, lines a log viewer still shows. */
export function textWidth({ width }: Output): number {
  return Math.min(width, 120);
}

/** Something drawn on the last line of a terminal, which steps aside while other text is written. */
interface Footer {
  hide(): void;
  show(): void;
}

/** Standard error, shared by log lines, questions and the progress bar. */
export interface ErrorOutput extends Output {
  readonly stream: Writable;
  /** For what is drawn on `stream` without passing `write`. */
  redact(text: string): string;
  setFooter(footer: Footer | null): void;
}

interface StreamFacts {
  readonly redactor: Redactor;
  readonly color: boolean;
  readonly isTerminal: boolean;
  readonly width: number;
}

/**
 * All that is written passes the redactor. A reader that went away (`| head`, or a terminal that was closed) is no
 * fault: what it will never read is dropped.
 */
export function createOutput(stream: Writable, { redactor, ...facts }: StreamFacts): Output {
  const write = quietWriter(stream, facts.isTerminal);
  return { ...facts, write: (text) => write(redactor.redact(text)) };
}

/** Like `createOutput`; a footer is taken off the screen before each text and drawn again after it. */
export function createErrorOutput(stream: Writable, facts: StreamFacts): ErrorOutput {
  const output = createOutput(stream, facts);
  let footer: Footer | null = null;
  return {
    ...output,
    stream,
    redact: (text) => facts.redactor.redact(text),
    setFooter(next) {
      footer = next;
    },
    write(text) {
      footer?.hide();
      output.write(text);
      footer?.show();
    },
  };
}

function quietWriter(stream: Writable, isTerminal: boolean): (text: string) => void {
  // EIO is what a closed terminal answers; from a file it is a fault.
  const leaving = ['EPIPE', 'ERR_STREAM_DESTROYED', ...(isTerminal ? ['EIO'] : [])];
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (!leaving.includes(error.code ?? '')) throw error;
  });
  return (text) => {
    if (!gone) stream.write(text);
  };
}
