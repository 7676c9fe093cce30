import type { DaemonEvent } from '../events/event.ts';

/** What somebody wants to hear of; all where nothing is said. */
export interface EventFilter {
  readonly type?: readonly string[];
  /** Packs. */
  readonly ref?: readonly string[];
}

/** An event that names no pack concerns nobody who asks for some. */
export function eventConcerns(event: DaemonEvent, { type, ref }: EventFilter): boolean {
  if (type !== undefined && !type.includes(event.type)) return false;
  return ref === undefined || refsOf(event).some((one) => ref.includes(one));
}

function refsOf(event: DaemonEvent): readonly string[] {
  if ('ref' in event) return event.ref === null ? [] : [event.ref];
  if ('refs' in event) return event.refs;
  return 'targets' in event ? (event.targets ?? []) : [];
}
