import { equalJson, isObject, type Json } from '../../json.ts';

/** One place inside a value that differs; undefined where it does not exist on that side. */
export interface PathChange {
  /** `properties.url.default`, `tasks[2].name`; empty where the whole value differs. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The places that differ, objects by sorted key, lists by position after what both begin and end with. */
export function diffJson(before: Json | undefined, after: Json | undefined, path = ''): PathChange[] {
  if (before !== undefined && after !== undefined && equalJson(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => diffJson(member(before, key), member(after, key), join(path, key)));
  }
  return [{ path, before, after }];
}

function diffLists(before: readonly Json[], after: readonly Json[], path: string): PathChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && equalJson(before[start] ?? null, after[start] ?? null)) start += 1;
  let end = 0;
  while (end < shorter - start && equalJson(before.at(-1 - end) ?? null, after.at(-1 - end) ?? null)) end += 1;
  const length = Math.max(before.length, after.length) - end;
  return Array.from({ length: length - start }, (_, offset) => start + offset).flatMap((index) =>
    diffJson(
      index < before.length - end ? before[index] : undefined,
      index < after.length - end ? after[index] : undefined,
      `${path}[${index}]`,
    ),
  );
}

function member(value: Readonly<Record<string, unknown>>, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? (value[key] as Json) : undefined;
}

function join(path: string, key: string): string {
  const plain = /^[\w$-]+$/.test(key);
  if (!plain) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
