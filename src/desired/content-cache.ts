import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import { isObject } from '../json.ts';
import { makeDirectory } from '../make-directory.ts';

/**
 * What was once read from exact content, kept as JSON on disk and, for what the last pass used, in memory: content that
 * did not change is not read again. Losing it costs time only.
 */
export interface ContentCache {
  /** Null where it is not known, or its file cannot be trusted. */
  read(key: string): Promise<unknown>;
  /** Never throws: what cannot be kept is read again. */
  write(key: string, value: object): Promise<void>;
  /** Forgets what no pass since the last call asked for: at once in memory, after 30 days on disk. */
  endPass(): Promise<void>;
}

/** Raised when the shape of what is kept changes. */
const formatVersion = 1;
const keepMs = 30 * 24 * 60 * 60 * 1000;

const opened = new WeakMap<Config, ContentCache>();

/** The one cache of a configuration, so that the passes of a daemon share its memory. */
export function openContentCache(context: Context): ContentCache {
  const known = opened.get(context.config);
  if (known !== undefined) return known;
  const cache = createContentCache(join(context.config.stateDir, 'contents'));
  opened.set(context.config, cache);
  return cache;
}

/** A key over everything that decides a value. */
export function contentKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Touches no disk before it is asked; `directory` is made with the first value. */
export function createContentCache(directory: string): ContentCache {
  let remembered = new Map<string, object>();
  let used = new Map<string, object>();
  let wrote = false;
  return {
    async read(key) {
      const value = used.get(key) ?? remembered.get(key) ?? (await readEntry(directory, key));
      if (value !== null) used.set(key, value);
      return value;
    },
    async write(key, value) {
      used.set(key, value);
      wrote = true;
      await writeEntry(directory, key, value).catch(() => {});
    },
    async endPass() {
      remembered = used;
      used = new Map();
      if (wrote) await sweep(directory, remembered).catch(() => {});
      wrote = false;
    },
  };
}

async function readEntry(directory: string, key: string): Promise<object | null> {
  try {
    const entry: unknown = JSON.parse(await readFile(join(directory, `${key}.json`), 'utf8'));
    const isOurs = isObject(entry) && entry.formatVersion === formatVersion && entry.key === key;
    return isOurs && isObject(entry.value) ? entry.value : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a reader sees all of it or nothing. */
async function writeEntry(directory: string, key: string, value: object): Promise<void> {
  await makeDirectory(directory, 0o700);
  const draft = join(directory, `${key}.${randomBytes(6).toString('hex')}.draft`);
  await writeFile(draft, JSON.stringify({ formatVersion, key, value }), { mode: 0o600 });
  await rename(draft, join(directory, `${key}.json`));
}

async function sweep(directory: string, used: ReadonlyMap<string, object>): Promise<void> {
  const oldest = Date.now() - keepMs;
  for (const name of await readdir(directory)) {
    if (used.has(name.replace(/\.json$/, ''))) continue;
    const { mtimeMs } = await stat(join(directory, name));
    if (mtimeMs < oldest) await rm(join(directory, name), { force: true });
  }
}
