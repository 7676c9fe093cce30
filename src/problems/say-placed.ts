import type { Problem } from '../errors.ts';

/** The sentence of a problem after its place, `file:line:column`, for where nothing else shows that. */
export function sayPlaced({ message, where }: Problem): string {
  if (where === undefined) return message;
  const { file, line, column } = where;
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}
