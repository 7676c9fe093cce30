import { compareRefs } from '../compare-refs.ts';
import type { Note, PackChange } from '../plan.ts';
import { sayNeed } from './explain-need.ts';
import { breaks, bringsContent, findBroken, type Outlook, versionAfter, versionNow } from './outlook.ts';

/** Packs named in a sentence; what every pack needs has hundreds. */
const mostNamed = 3;

/** The packs that a change would break, if there are any; those that another block names already are left out. */
export function explainBroken(change: PackChange, outlook: Outlook, unmade: ReadonlySet<string>): readonly Note[] {
  const others = change.blocks.filter(({ code }) => code === 'dependency' || code === 'used-by-blocked');
  const said = new Set(others.flatMap(({ rows }) => rows));
  const staying = findBroken(change, outlook, unmade);
  // What is skipped is told of the pack that is new.
  const coming = outlook.skips || !unmade.has(change.ref) ? [] : findBrokenNew(change, outlook, unmade);
  const broken = [...staying, ...coming]
    .filter(({ pack }) => !said.has(`pack ${pack}`))
    .sort((one, other) => compareRefs(one.pack, other.pack));
  if (broken.length === 0) return [];
  const texts = broken.map(
    ({ pack, needs }) => `${pack} ${versionAfter(pack, outlook, unmade)} needs ${needs.map(sayNeed).join(', ')}`,
  );
  const hidden = texts.length - mostNamed;
  const listed = hidden > 1 ? `${texts.slice(0, mostNamed).join('; ')}; and ${hidden} more` : texts.join('; ');
  return [
    {
      code: 'breaks-dependent',
      sentence: `it would break other packs: ${listed}`,
      rows: broken.map(({ pack }) => `pack ${pack}`),
    },
  ];
}

/** Packs that change too, and would lack in their new version what this one takes away. */
function findBrokenNew(change: PackChange, outlook: Outlook, unmade: ReadonlySet<string>) {
  const { ref, to } = change;
  const before = versionNow(ref, outlook);
  return outlook.changes.flatMap((other) => {
    if (before === null || unmade.has(other.ref) || !bringsContent(other)) return [];
    const needs = breaks(outlook.wanted.get(other.ref) ?? [], ref, before, to?.version ?? null);
    return needs.length === 0 ? [] : [{ pack: other.ref, needs }];
  });
}
