import { createPaint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import type { ErrorOutput, Footer } from '../output.ts';
import { renderLive } from './render-live.ts';
import type { PackUnderWay, StepListener, UnderWay } from './track-steps.ts';

/** Often enough for tenths of a second; what is over sooner is not drawn at all, so that nothing flashes. */
const everyMs = 100;

export interface DrawnSteps extends Required<Pick<StepListener, 'changed'>> {
  /** Clears what is drawn, and draws nothing more. */
  close(): void;
}

/** Draws what is under way below all that is written on the terminal, and clears it when nothing is. */
export function drawSteps(output: ErrorOutput, nowMs: () => number): DrawnSteps {
  const paint = createPaint(output.color);
  const name = (pack: PackUnderWay) => ({ ...pack, ref: printable(output.redact(pack.ref)) });
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const start = ({ phase, packs }: UnderWay) => {
    const footer: Footer = (size) =>
      renderLive({ phase: phase(), packs: packs().map(name), nowMs: nowMs() }, size, paint);
    timer ??= setInterval(() => output.setFooter(footer), everyMs).unref();
  };
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    output.setFooter(null);
  };
  return {
    changed(underWay) {
      if (underWay.isIdle() || isClosed) stop();
      else start(underWay);
    },
    close() {
      isClosed = true;
      stop();
    },
  };
}
