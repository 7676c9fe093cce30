import type { WantedPack } from '../../desired/desired.ts';
import { type Problem, problem } from '../../errors.ts';
import type { ComponentIndex } from '../component-index.ts';
import type { Note, PackChange, Reason } from '../plan.ts';
import { checkRuntimes, createRuntimeLister, type RuntimeVerdict } from './check-runtimes.ts';
import { explainBroken } from './explain-broken.ts';
import { explainNeed } from './explain-need.ts';
import { findBlocked } from './find-blocked.ts';
import { bringsContent, buildOutlook, findUnmade, isLoose, type Outlook } from './outlook.ts';

/**
 * Every change with what packs need of each other and of runtimes, against what will be installed: a pack that is held
 * back counts as what stays installed of it. What a change brings is held back by what it lacks, and any change by what
 * it would break; one that brings nothing new is only warned of. Where a person has dependencies skipped, it is said what
 * was passed over.
 *
 * @param changes with everything else that blocks them, in apply order
 */
export function checkDependencies(
  changes: readonly PackChange[],
  options: Pick<Outlook, 'desired' | 'actual' | 'declared' | 'skips'> & {
    /** The packs that this plan is about. */
    readonly wanted: readonly WantedPack[];
    readonly index: ComponentIndex;
  },
): readonly PackChange[] {
  const { skips } = options;
  const outlook = buildOutlook(changes, options);
  const judge = createRuntimeJudge(outlook, options);
  const { unmade, runtimes } = settle(outlook, judge);
  return changes.map((change) => {
    if (change.blocks.some(({ code }) => code === 'managed-by-another')) return change;
    const runtime = runtimes.get(change.ref);
    const notes = [...explainNeeds(change, outlook, unmade), ...(runtime?.blocks ?? [])];
    const broken = explainBroken(change, outlook, unmade);
    const after = change.after.filter((other) => !unmade.has(other) || !isLoose(change, other, outlook));
    const warnings = [...change.warnings, ...(runtime?.warnings ?? [])];
    const checked = after.length === change.after.length ? { ...change, warnings } : { ...change, after, warnings };
    const { skipped = [] } = change;
    if (skips) return skip(checked, [...skipped, ...(bringsContent(change) ? notes : []), ...broken]);
    if (bringsContent(change)) return { ...checked, blocks: [...change.blocks, ...notes, ...broken] };
    return {
      ...checked,
      blocks: [...change.blocks, ...broken],
      warnings: [...warnings, ...notes.map(warn)],
    };
  });
}

/** What packs need that do not change, and that is not there: nothing is held back by it, but it is said. */
export function noteUnmet(
  unchanged: readonly string[],
  changes: readonly PackChange[],
  sides: Pick<Outlook, 'desired' | 'actual'>,
): readonly Note[] {
  const outlook = buildOutlook(changes, { ...sides, declared: new Map(), skips: true });
  const unmade = findUnmade(outlook, new Set());
  return unchanged.flatMap((ref) =>
    (outlook.wanted.get(ref) ?? []).flatMap((need) => {
      const note = explainNeed(need, outlook, unmade);
      return note === null ? [] : [{ ...note, sentence: `${ref}: ${note.sentence}`, rows: [`pack ${ref}`] }];
    }),
  );
}

type Verdicts = ReadonlyMap<string, RuntimeVerdict>;

interface Settled {
  readonly unmade: ReadonlySet<string>;
  readonly runtimes: Verdicts;
}

/** Rounds in which a change that is held back can take a version of a runtime from the next. */
const mostRounds = 5;

/** Which changes are not made decides which versions of runtimes are there, and the other way round. */
function settle(outlook: Outlook, judge: (unmade: ReadonlySet<string>) => Verdicts): Settled {
  let unmade = findUnmade(outlook, new Set());
  let runtimes = judge(unmade);
  if (outlook.skips) return { unmade, runtimes };
  for (let round = 0; round < mostRounds; round++) {
    const unfit = new Set(
      outlook.changes
        .filter((change) => bringsContent(change) && (runtimes.get(change.ref)?.blocks.length ?? 0) > 0)
        .map(({ ref }) => ref),
    );
    const next = findUnmade(outlook, findBlocked(outlook, unfit));
    const isSame = next.size === unmade.size && [...next].every((ref) => unmade.has(ref));
    unmade = next;
    if (isSame && round > 0) break;
    runtimes = judge(unmade);
  }
  return { unmade, runtimes };
}

/** What each pack that changes says of runtimes is judged as if its own change were made. */
function createRuntimeJudge(
  { actual, changes }: Outlook,
  { wanted, index }: { readonly wanted: readonly WantedPack[]; readonly index: ComponentIndex },
): (unmade: ReadonlySet<string>) => Verdicts {
  const list = createRuntimeLister(wanted, actual, index);
  const needs = new Map(wanted.map(({ ref, content }) => [ref, content.runtimeNeeds]));
  const judged = changes.filter(({ ref, action }) => {
    const isWanted = action !== 'remove' && action !== 'forget';
    return isWanted && (needs.get(ref)?.length ?? 0) > 0;
  });
  return (unmade) => {
    const versions = list(unmade);
    return new Map(
      judged.map(({ ref }) => {
        const own = unmade.has(ref) ? list(new Set([...unmade].filter((other) => other !== ref))) : versions;
        return [ref, checkRuntimes(needs.get(ref) ?? [], index, own)];
      }),
    );
  };
}

/** Packs on a cycle say so already. */
function explainNeeds(change: PackChange, outlook: Outlook, unmade: ReadonlySet<string>): readonly Note[] {
  if (change.action === 'remove' || change.action === 'forget') return [];
  const cycle = new Set(change.blocks.filter(({ code }) => code === 'cycle').flatMap(({ rows }) => rows));
  return (outlook.wanted.get(change.ref) ?? [])
    .filter(({ ref }) => !cycle.has(`pack ${ref}`))
    .flatMap((need) => explainNeed(need, outlook, unmade) ?? []);
}

/** Packs and runtimes named in a reason. */
const mostNamed = 3;

function skip(change: PackChange, notes: readonly Note[]): PackChange {
  if (notes.length === 0) return change;
  const names = [...new Set(notes.flatMap(({ rows }) => rows.map((row) => row.slice(row.indexOf(' ') + 1))))];
  const hidden = names.length - mostNamed;
  const listed = hidden > 1 ? [...names.slice(0, mostNamed), `${hidden} more`] : names;
  // The reason is what history keeps of a change.
  const sentence = `${change.reason.sentence}, dependencies skipped (${listed.join(', ')})`;
  const reason: Reason = { ...change.reason, sentence };
  return { ...change, reason, skipped: notes };
}

function warn({ code, sentence }: Note): Problem {
  return problem('warning', code, `${sentence}.`);
}
