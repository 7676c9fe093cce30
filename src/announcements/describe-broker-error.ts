import { SyncError } from '../errors.ts';

/**
 * What a broker, or the way to it, refused, in words, with its host and never with the login.
 *
 * @param address of the broker, with its login
 */
export function describeBrokerError(error: unknown, address: string, exchange: string): SyncError {
  if (error instanceof SyncError) return error;
  const { message, code } = error as Error & { readonly code?: unknown };
  const host = new URL(address).host;
  if (code === 404 || /NOT[_-]FOUND - no exchange/.test(message)) {
    return new SyncError('exchange-missing', `The message broker at ${host} has no exchange ${exchange}`, {
      hint: 'Attune makes it when its services start. Start them once, or name its exchange in attune.messageQueue.exchange.',
      retry: 'soon',
      cause: error,
    });
  }
  if (code === 403 || code === 530 || /ACCESS[_-]REFUSED|NOT[_-]ALLOWED|\b403\b|\b530\b/.test(message)) {
    return new SyncError('queue-refused', `The message broker at ${host} does not let us in: ${sayReason(message)}`, {
      hint: 'See that user, password and virtual host in attune.messageQueue.url are right, and that the user may write to the exchange.',
      retry: 'soon',
      cause: error,
    });
  }
  return new SyncError('queue-unreachable', `The message broker at ${host} cannot be reached: ${sayReason(message)}`, {
    hint: 'See that it runs and that attune.messageQueue.url leads to it.',
    retry: 'soon',
    cause: error,
  });
}

/** Of Node's and the broker's sentences, one line for a terminal, without a full stop; several attempts say nothing together. */
function sayReason(message: string): string {
  const line = message
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  return line === '' ? 'no address of it answers' : line;
}
