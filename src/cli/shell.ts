import type { Readable } from 'node:stream';
import type { LogLevel } from '../logger.ts';
import type { Redactor } from '../redactor.ts';
import type { ErrorOutput, Output } from './output.ts';

/** Options that every verb takes. */
export interface GlobalOptions {
  /** As given; undefined: `attune.config.yaml`, searched upwards. */
  readonly config?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

/** The process as a verb sees it: only the outermost file knows the real one. */
export interface Shell {
  readonly options: GlobalOptions;
  /** Standard output: data only. */
  readonly out: Output;
  /** Standard error: everything else. */
  readonly err: ErrorOutput;
  readonly input: Readable;
  /** A person can be asked: input and standard error are terminals. */
  readonly canAsk: boolean;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  /** Has SIGHUP tell the listener, instead of ending the program; gives what takes that back. Undefined: none comes. */
  readonly takeHangups?: (listener: () => void) => () => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory, absolute. */
  readonly directory: string;
  /** The arguments as they were typed, without the name of the program. */
  readonly args: readonly string[];
  /** `user@host`: who stands in history and holds the writer lock. */
  readonly who: string;
  /** Of this program. */
  readonly version: string;
}
