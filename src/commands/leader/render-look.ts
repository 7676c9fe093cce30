import type { LookedMessage, PackAnswer } from '../../control/message.ts';
import type { JsonObject } from '../../json.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import type { RequestedLook } from './request-look.ts';

interface RenderOptions {
  readonly color: boolean;
  /** The packs that were asked for; none: all of them. */
  readonly refs: readonly string[];
}

/** A line a pack with what became of it, then how the pass ended. Who asked for some packs is told of these alone. */
export function renderLookText({ leader, answer }: RequestedLook, { color, refs }: RenderOptions): string {
  if (answer === null) return `${printable(leader)} looks again.\n`;
  const paint = createPaint(color);
  const { sources = [] } = answer;
  const packs = refs.length === 0 ? answer.packs : answer.packs.filter(({ ref }) => refs.includes(ref));
  const named = new Set(packs.map(({ ref }) => ref));
  const unchanged = refs.filter((ref) => !named.has(ref));
  const isTrouble = ({ outcome }: PackAnswer) => outcome !== 'applied';
  const isElsewhere = answer.packs.some(isTrouble) && !packs.some(isTrouble);
  const more =
    answer.more === 0 || refs.length > 0
      ? []
      : [`… and ${countOf(answer.more, 'more pack')}: \`attune-sync history\` shows all.`];
  const lines = [
    ...packs.flatMap((pack) => tellPack(pack, paint)),
    ...unchanged.map((ref) => `${paint.green('✔')} ${paint.bold(printable(ref))} unchanged`),
    ...more,
    ...sources.map(({ url, message }) => `${paint.red('✗')} ${printable(url)}: ${printable(message)}`),
    tellEnd(answer, isElsewhere),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same; `outcome` is `asked` where the pass was not waited for. */
export function renderLookJson({ leader, answer }: RequestedLook): JsonObject {
  const head = { formatVersion: 1, leader };
  if (answer === null) return { ...head, outcome: 'asked', run: null, packs: [], more: 0, sources: [] };
  const { outcome, run, packs, more, sources = [] } = answer;
  return {
    ...head,
    outcome,
    run,
    packs: JSON.parse(JSON.stringify(packs)),
    more,
    sources: sources.map((one) => ({ ...one })),
  };
}

function tellPack(pack: PackAnswer, paint: Paint): readonly string[] {
  const isApplied = pack.outcome === 'applied';
  const mark = isApplied ? paint.green('✔') : pack.outcome === 'skipped' ? paint.yellow('!') : paint.red('✗');
  const what = isApplied && pack.action !== null ? pack.action : pack.outcome;
  const took = isApplied ? ` in ${formatDuration(pack.durationMs)}` : '';
  const why = pack.reason === null ? '' : `: ${printable(pack.reason.sentence)}`;
  const head = `${mark} ${paint.bold(printable(pack.ref))} ${printable(what)}${versions(pack)}${took}${isApplied ? why : ''}`;
  return [head, ...pack.problems.map(({ code, message }) => `    ${printable(message)} [${printable(code)}]`)];
}

function tellEnd({ outcome, run, packs, sources = [] }: LookedMessage, isElsewhere: boolean): string {
  const something = isElsewhere ? 'Elsewhere something' : 'Something';
  const recorded = run === null ? '' : ` It is run ${printable(run)}.`;
  switch (outcome) {
    case 'applied':
      return `The pass applied ${countOf(packs.filter((pack) => pack.outcome === 'applied').length, 'pack')}.${recorded}`;
    case 'unchanged':
      if (sources.length > 0)
        return `What is known is as desired, but not every remote could be asked; \`attune-sync status\` shows when that is tried again.${recorded}`;
      return `Nothing was to be done: everything is as desired.${recorded}`;
    case 'blocked':
      return `${something} is blocked; \`attune-sync plan\` shows what.${recorded}`;
    default:
      return `${something} failed; \`attune-sync status\` shows what.${recorded}`;
  }
}

function versions({ from, to }: PackAnswer): string {
  if (from !== null && to !== null && from.version !== to.version)
    return ` ${printable(from.version)} → ${printable(to.version)}`;
  const version = to?.version ?? from?.version;
  return version === undefined ? '' : ` ${printable(version)}`;
}
