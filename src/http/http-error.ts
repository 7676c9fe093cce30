import type { Problem } from '../errors.ts';

/** What an answer says of what went wrong, beside its status. */
export interface Refusal {
  readonly status: number;
  /** Stable, kebab-case, as in everything else this program says. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retryAfter?: number;
  readonly problems?: readonly Problem[];
}

/** What a client did wrong, or is to be told by another status than the code of an error gives. */
export class HttpError extends Error {
  readonly refusal: Refusal;

  /** `retryAfter` is in seconds. */
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'HttpError';
    this.refusal = refusal;
  }
}
