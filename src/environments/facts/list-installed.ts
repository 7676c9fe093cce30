import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readLink } from '../../store/read-links.ts';
import { keyOfLink } from '../paths.ts';
import { readMark } from '../read-mark.ts';
import { readState } from './read-state.ts';

/** An environment that an installed pack is led to. */
export interface InstalledEnvironment {
  readonly key: string;
  /** Its name in the directory of the pack's version. */
  readonly link: string;
  /** The runtime that it was built for first; null where its mark is gone. */
  readonly runtime: string | null;
  readonly version: string | null;
  /** `missing`: the link leads to nothing; `broken`: something of it is not there any more, or cannot be run. */
  readonly state: 'ready' | 'half-built' | 'broken' | 'missing';
  /** What is wrong with a broken one, without a full stop. */
  readonly fault: string | null;
  /** ISO 8601. */
  readonly builtAt: string | null;
  readonly bytes: number | null;
}

/**
 * The environments of an installed pack, by the links in its directory.
 *
 * @param directory of its version, absolute
 * @param interpreterOf where in an environment of a runtime its interpreter is, relative to it
 */
export function listInstalled(
  store: string,
  directory: string,
  interpreterOf: (runtime: string, version: string | null) => string | null,
): readonly InstalledEnvironment[] {
  return linksIn(directory).map(({ name, text, key }) => {
    const mark = readMark(store, key);
    const interpreter = mark === null ? null : interpreterOf(mark.runtime, mark.version);
    const { isThere, fault } = readState(store, { key, directory: basename(text), interpreter });
    return {
      key,
      link: name,
      runtime: mark?.runtime ?? null,
      version: mark?.version ?? null,
      state: mark === null ? (isThere ? 'half-built' : 'missing') : fault === null ? 'ready' : 'broken',
      fault,
      builtAt: mark?.builtAt ?? null,
      bytes: mark?.bytes ?? null,
    };
  });
}

function linksIn(directory: string): readonly { name: string; text: string; key: string }[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .flatMap(({ name }) => {
      const { text } = readLink(join(directory, name));
      const key = text === null ? null : keyOfLink(text);
      return text === null || key === null ? [] : [{ name, text, key }];
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
