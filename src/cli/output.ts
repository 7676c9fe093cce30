import type { Writable } from 'node:stream';
import type { Redactor } from '../redactor.ts';
import { clearBelow, drawBelow } from './draw-below.ts';

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

/** For sentences, which are wrapped on a terminal alone: whoever searches a log needs them in one line. */
export function terminalColumns(output: Pick<Output, 'isTerminal' | 'width'>): { readonly columns?: number } {
  return output.isTerminal ? { columns: Math.min(output.width, 120) } : {};
}

/** What a terminal shows at once. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines drawn below all that was written: none wider than the columns, and together fewer than the rows. */
export type Footer = (size: ScreenSize) => readonly string[];

/** Standard error, shared by log lines, questions and progress. */
export interface ErrorOutput extends Output {
  /** Whether a footer can be drawn: not where there is no terminal, or one that only goes forward. */
  readonly canRedraw: boolean;
  /** For what a footer draws: it does not pass `write`. */
  redact(text: string): string;
  /**
   * Draws it, and anew after all that is written from now on; null clears it. It stays away from a line that was begun
   * and not ended: a question.
   */
  setFooter(footer: Footer | null): void;
  /** A person ended the line that a question began. */
  lineEnded(): void;
}

interface StreamFacts {
  readonly redactor: Redactor;
  readonly color: boolean;
  readonly isTerminal: boolean;
  readonly width: number;
  /** Of a terminal; true where not said. */
  readonly canRedraw?: boolean;
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
export function createErrorOutput(stream: Writable & Partial<ScreenSize>, facts: StreamFacts): ErrorOutput {
  const { redactor, ...shown } = facts;
  const write = quietWriter(stream, facts.isTerminal);
  let footer: Footer | null = null;
  let isDrawn = false;
  let drawnColumns = 0;
  let isMidLine = false;
  // Asked for at each drawing: a person may have changed the window.
  const size = () => ({ columns: stream.columns || 80, rows: stream.rows || 24 });
  const clear = () => {
    if (isDrawn) write(clearBelow);
    isDrawn = false;
  };
  const draw = () => {
    if (isMidLine) return;
    const now = size();
    const lines = footer?.(now) ?? [];
    // Some terminals still take what is drawn over a line that they broke for a broken line.
    if (lines.length === 0 || now.columns !== drawnColumns) clear();
    if (lines.length === 0) return;
    write(drawBelow(lines));
    isDrawn = true;
    drawnColumns = now.columns;
  };
  return {
    ...shown,
    canRedraw: facts.isTerminal && facts.canRedraw !== false,
    redact: (text) => redactor.redact(text),
    setFooter(next) {
      footer = next;
      draw();
    },
    lineEnded() {
      isMidLine = false;
      draw();
    },
    write(text) {
      if (text === '') return;
      clear();
      write(redactor.redact(text));
      isMidLine = !text.endsWith('\n');
      draw();
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
