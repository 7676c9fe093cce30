import type { FingerprintScope } from '../../actual/fingerprint.ts';
import type { Desired, WantedPack } from '../../desired/desired.ts';
import { type KindName, kindOf } from '../../packs/kinds.ts';
import { componentKey } from '../component-index.ts';

/**
 * What decides the changes of these packs, as far as the desired side tells. What one of them names and another of them
 * defines is left out: it is decided with that one, and may be there or not when its turn comes.
 */
export function scopeFingerprints(refs: readonly string[], desired: Desired): readonly FingerprintScope[] {
  const chosen = new Set(refs);
  const wanted = new Map(desired.packs.filter(({ ref }) => chosen.has(ref)).map((pack) => [pack.ref, pack]));
  const defined = new Set([...wanted.values()].flatMap(({ content }) => content.components.map(componentKey)));
  return [...chosen].map((ref) => {
    const pack = wanted.get(ref);
    if (pack === undefined) return { pack: ref, keys: [], components: [], targets: [] };
    return {
      pack: ref,
      keys: [...new Set([...Object.keys(pack.document.config), ...Object.keys(pack.content.config)])],
      components: pack.content.components.map(({ kind, ref }) => [kind, ref] as const),
      targets: targetsOf(pack, defined),
    };
  });
}

function targetsOf({ content }: WantedPack, defined: ReadonlySet<string>): FingerprintScope['targets'] {
  const targets = content.components.flatMap((component) =>
    kindOf(component.kind).links.flatMap(({ column, kind }): [KindName, string, string | null][] => {
      const named = component.names[column];
      if (named === undefined || defined.has(componentKey({ kind, ref: named.ref }))) return [];
      return [[kind, named.ref, named.name ?? null]];
    }),
  );
  return [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
}
