import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { listEnvironmentLinks } from '../../environments/link-environments.ts';
import { environmentsDirectory, keyOfLink, lockPath } from '../../environments/paths.ts';
import { readMark } from '../../environments/read-mark.ts';
import { isLocked } from '../../lock-file.ts';
import { readLink } from '../../store/read-links.ts';
import { type EnvironmentFacts, type FoundEnvironment, keyOf } from './choose-environments.ts';

/**
 * What stands where environments are, and what leads to them.
 *
 * @param listWithout versions that nobody uses, relative to the store: where they lead does not count. Asked only where it
 *   decides something
 */
export async function readEnvironments(
  context: Context,
  listWithout: () => Promise<ReadonlySet<string>>,
): Promise<EnvironmentFacts> {
  const { packStore, environments } = context.config;
  const [nowMs, keepMs] = [context.now().getTime(), packStore.keepMs];
  const found = await readFound(packStore.directory);
  // Of a store whose environments are all young nothing goes, whatever leads to them.
  const isOld = found.some(({ builtMs }) => builtMs !== null && builtMs + keepMs < nowMs);
  const linked = isOld
    ? readLinked(packStore.directory, environments.directory, await listWithout())
    : new Set<string>();
  return { nowMs, keepMs, found: isOld ? found : found.filter(({ builtMs }) => builtMs === null), linked };
}

async function readFound(store: string): Promise<readonly FoundEnvironment[]> {
  const found: FoundEnvironment[] = [];
  for (const name of (await readdir(join(store, environmentsDirectory)).catch(() => [])).sort()) {
    const key = keyOf(name);
    if (key === null) continue;
    const mark = name === key ? readMark(store, key) : null;
    const isBuilt = await isLocked(join(store, lockPath(key)));
    found.push({ name, builtMs: mark === null ? null : Date.parse(mark.builtAt), bytes: mark?.bytes ?? 0, isBuilt });
  }
  return found;
}

/** Without waiting: promises for thousands of directories cost more than the reading. */
function readLinked(store: string, workers: string | undefined, without: ReadonlySet<string>): ReadonlySet<string> {
  const linked = new Set<string>();
  const versions = join(store, '.versions');
  for (const ref of listNames(versions)) {
    for (const name of listNames(join(versions, ref))) {
      if (without.has(`.versions/${ref}/${name}`)) continue;
      addLinks(join(versions, ref, name), linked);
    }
  }
  if (workers !== undefined) for (const ref of listNames(workers)) addLinks(join(workers, ref), linked);
  return linked;
}

function addLinks(directory: string, linked: Set<string>): void {
  try {
    for (const name of listEnvironmentLinks(directory)) {
      linked.add(keyOfLink(readLink(join(directory, name)).text ?? '') ?? '');
    }
  } catch {
    // A note beside a version, or a directory that went meanwhile.
  }
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
