import { pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Redactor } from './redactor.ts';

/**
 * Data for machines beside a message. People see it after a warning, an error or a debug line; of what went well the
 * message says all.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where progress and events go: standard error, never standard output, which is for data. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly redactor: Redactor;
  readonly color?: boolean;
  /** Takes one whole line with its end; it is written at once, so that no line is lost when the process ends. */
  readonly write: (line: string) => void;
}

/**
 * A logger of one plain line a message, or JSON. Every line passes the redactor as a whole, so that no field
 * can be forgotten.
 */
export function createLogger({ level, format, redactor, color = false, write }: LoggerOptions): Logger {
  const pretty = prettyFactory({
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    colorize: color,
    // Sentences name them already.
    ignore: 'ref,refs,run,code',
  });
  const show = format === 'text' ? (line: string) => pretty(line) : (line: string) => line;
  const words = { formatters: { level: (label: string) => ({ level: label }) }, timestamp: stdTimeFunctions.isoTime };
  const log = pino(
    { level, base: null, ...(format === 'json' ? words : {}) },
    { write: (line: string) => write(redactor.redact(show(line))) },
  );
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(format === 'json' ? fields : {}, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
  };
}
