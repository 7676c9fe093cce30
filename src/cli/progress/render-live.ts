import { characterWidth, displayWidth, padToWidth } from '../../text/display-width.ts';
import { formatDuration } from '../../text/format-duration.ts';
import type { Colour, Paint } from '../../text/paint.ts';
import { stepTitles } from './step-titles.ts';
import type { PackUnderWay, PhaseUnderWay } from './track-steps.ts';

export interface Live {
  readonly phase: PhaseUnderWay | null;
  /** Their refs are printable. */
  readonly packs: readonly PackUnderWay[];
  readonly nowMs: number;
}

export interface LiveSize {
  readonly columns: number;
  readonly rows: number;
}

const gap = '  ';
const mostPacks = 12;
const widestBar = 24;
const narrowestBar = 6;
/** `environment` */
const stepWidth = 11;
/** `59.9 s` */
const narrowestTime = 6;
const narrowestRef = 8;
/** Most refs; so that columns stay where they are while packs come and go. */
const usualRef = 16;

/**
 * The lines that show what is under way: how far the phase is, then each pack with its step and the time in it, those
 * that began first first, as many as fit. None is as wide as the terminal, so that none wraps.
 */
export function renderLive({ phase, packs, nowMs }: Live, { columns, rows }: LiveSize, paint: Paint): string[] {
  const width = Math.max(1, columns - 1);
  const most = Math.max(0, Math.min(mostPacks, rows - (phase === null ? 1 : 2)));
  // One more than fits is a line as well as saying so.
  const shown = packs.length > most ? packs.slice(0, Math.max(0, most - 1)) : packs;
  const left = packs.length - shown.length;
  return [
    ...(phase === null ? [] : [renderPhase(phase, nowMs, width, paint)]),
    ...renderPacks(shown, nowMs, width, paint),
    ...(left > 0 && most > 0 ? [join([[`${gap}and ${left} more`, paint.dim]], width)] : []),
  ];
}

function renderPhase({ step, over, total, startedMs }: PhaseUnderWay, nowMs: number, width: number, paint: Paint) {
  const counted = `${String(over).padStart(String(total).length)}/${total}`;
  const title = stepTitles[step].doing;
  const time = formatTime(nowMs - startedMs);
  const room = width - displayWidth(`${gap}${counted}${gap}${title}${gap}${time}`);
  const bar = Math.min(widestBar, room);
  const full = Math.floor((bar * Math.min(over, total)) / total);
  const drawn: Part[] =
    bar < narrowestBar ? [] : [['█'.repeat(full), paint.green], ['░'.repeat(bar - full), paint.dim], [gap]];
  return join([...drawn, [counted], [gap], [title, paint.bold], [gap], [time, paint.dim]], width);
}

/** Where it is too narrow for all, the time goes first and then the step: which packs they are is said longest. */
function renderPacks(packs: readonly PackUnderWay[], nowMs: number, width: number, paint: Paint): string[] {
  const times = packs.map(({ startedMs }) => formatTime(nowMs - startedMs));
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));
  const refWidth = widest(packs.map(({ ref }) => ref));
  const timeWidth = Math.max(narrowestTime, widest(times));
  const room = width - gap.length;
  const layouts = [
    { parts: 6, beside: stepWidth + timeWidth + 2 * gap.length },
    { parts: 4, beside: stepWidth + gap.length },
  ];
  const fits = ({ beside }: { beside: number }) => room - beside >= Math.min(refWidth, narrowestRef);
  const { parts, beside } = layouts.find(fits) ?? { parts: 2, beside: 0 };
  const nameWidth = Math.min(Math.max(refWidth, usualRef), room - beside);
  return packs.map(({ ref, step }, index) => {
    const name = padToWidth(fitText(ref, nameWidth), nameWidth);
    const time = (times[index] ?? '').padStart(timeWidth);
    const all: Part[] = [[gap], [name], [gap], [step.padEnd(stepWidth), paint.cyan], [gap], [time, paint.dim]];
    return join(all.slice(0, parts), width);
  });
}

/** Text and its colour. */
type Part = readonly [text: string, colour?: Colour];

/** Cuts off what is too wide before it is coloured. */
function join(parts: readonly Part[], width: number): string {
  let room = width;
  return parts
    .map(([text, colour = (plain) => plain]) => {
      const fitted = fitText(text, room);
      room -= displayWidth(fitted);
      return colour(fitted);
    })
    .join('')
    .trimEnd();
}

function fitText(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let fitted = '';
  let room = width - 1;
  for (const character of text) {
    room -= characterWidth(character);
    if (room < 0) break;
    fitted += character;
  }
  return width <= 0 ? '' : `${fitted}…`;
}

/** Always in seconds: a number that changes its unit ten times a second cannot be read. */
function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s` : formatDuration(milliseconds);
}
