import type { DatabaseContext } from '../../../context.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { listRuntimes } from '../../runtimes/list-runtimes.ts';
import type { Verified } from '../../runtimes/verified.ts';
import { verifyRuntimes } from '../../runtimes/verify-runtimes.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

/** Has the runtimes that packs use verify themselves on this machine; writes no verdict. */
export async function checkRuntimes(context: DatabaseContext): Promise<readonly Finding[]> {
  if (context.config.environments.build === 'workers')
    return [skipped("Attune's own workers run packs: `attune-sync runtimes verify` there tells what they have.")];
  const { runtimes, notes } = await listRuntimes(context);
  const used = runtimes.filter(({ usedBy }) => usedBy.length > 0);
  if (used.length === 0) return [skipped('No pack uses a runtime.')];
  const refs = used.map(({ ref }) => ref);
  const { verified } = await verifyRuntimes(context, { refs, write: false, who: '', lockTimeoutMs: 0 });
  const missing = used.filter(({ ref }) => isMissing(verified.filter(({ runtime }) => runtime === ref)));
  const found = ok(
    `${used.length - missing.length} of ${countOf(used.length, 'runtime')} that packs use can be used here.`,
  );
  return [
    ...(missing.length < used.length ? [found] : []),
    ...missing.map(({ ref, usedBy }) =>
      warning(
        'runtime-missing',
        `The runtime ${ref} is not on this machine, and ${nameSome(usedBy)} use it.`,
        `\`attune-sync runtimes verify ${ref}\` shows what was tried. Where packs run on another machine, that one counts.`,
      ),
    ),
    ...notes.map((note) => warning('runtime-note', note)),
  ];
}

/** Nothing of it is there; where there is nothing to ask, nothing is missing. */
function isMissing(verdicts: readonly Verified[]): boolean {
  return verdicts.some(({ available }) => available === false) && verdicts.every(({ available }) => available !== true);
}

export function nameSome(refs: readonly string[]): string {
  const some = refs.slice(0, 3).join(', ');
  return refs.length > 3 ? `${some} and ${refs.length - 3} more packs` : some;
}
