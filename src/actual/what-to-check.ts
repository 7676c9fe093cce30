import type { PackContent } from '../packs/content.ts';
import type { CheckOptions } from '../store/check-files.ts';
import type { RecordedPack } from './actual.ts';

/** Which published files are looked at: what takes their place must know what they are now. */
export function whatToCheck(
  own: readonly Pick<RecordedPack, 'ref' | 'digest'>[],
  options: { readonly contents?: ReadonlyMap<string, PackContent>; readonly filesRecentMs?: number },
): CheckOptions {
  const { contents, filesRecentMs = 0 } = options;
  const changing = own.filter(({ ref, digest }) => contents?.get(ref)?.digest !== digest);
  return { recentMs: filesRecentMs, anyway: new Set(changing.map(({ ref }) => ref)) };
}
