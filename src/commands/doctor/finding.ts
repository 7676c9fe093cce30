import { type Problem, problemsOf } from '../../errors.ts';

/** One thing that a check found. `skipped`: it could not be looked at, or does not concern this configuration. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error' | 'skipped';
  readonly message: string;
  /** Stable, of what is wrong; as that of a Problem. */
  readonly code?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly where?: Problem['where'];
}

export function ok(message: string): Finding {
  return { level: 'ok', message };
}

export function skipped(message: string): Finding {
  return { level: 'skipped', message };
}

export function warning(code: string, message: string, hint?: string): Finding {
  return { level: 'warning', code, message, ...(hint === undefined ? {} : { hint }) };
}

export function failure(code: string, message: string, hint?: string): Finding {
  return { level: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
}

/** Whatever was thrown, as what it says to people. */
export function findingsOf(error: unknown): readonly Finding[] {
  return problemsOf(error).map(asFinding);
}

export function asFinding({ severity, code, message, hint, where }: Problem): Finding {
  return {
    level: severity,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(where === undefined ? {} : { where }),
  };
}
