import { Writable } from 'node:stream';
import { pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Redactor } from './redactor.ts';

/** Fields beside a message: data for machines, shown after it for people. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where progress and events go: standard error, never standard output, which is for data. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A logger to standard error: one plain line a message, or JSON. Every line passes the redactor as a whole,
 * so that no field can be forgotten.
 */
export function createLogger(options: { level: LogLevel; format: 'text' | 'json'; redactor: Redactor }): Logger {
  const write = (line: string) => void process.stderr.write(options.redactor.redact(line));
  const pretty =
    options.format === 'text'
      ? PinoPretty({
          destination: new Writable({ write: (chunk, _encoding, done) => (write(String(chunk)), done()) }),
          ignore: 'pid,hostname',
          translateTime: 'SYS:HH:MM:ss',
          singleLine: true,
          colorize: process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
        })
      : { write };
  const log = pino({ level: options.level, base: null }, pretty);
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
  };
}
