import cliProgress from 'cli-progress';
import type { Logger } from '../logger.ts';
import { countOf } from '../plan/render/render-summary.ts';
import type { Progress, ProgressStep } from '../progress.ts';
import { printable } from '../text/printable.ts';
import type { ErrorOutput } from './output.ts';

const titles: Readonly<Record<ProgressStep, { readonly doing: string; readonly done: string; readonly noun: string }>> =
  {
    fetch: { doing: 'Fetching packs', done: 'Fetched', noun: 'pack' },
    verify: { doing: 'Verifying packs', done: 'Verified', noun: 'pack' },
    publish: { doing: 'Publishing packs', done: 'Published', noun: 'pack' },
    environment: { doing: 'Building', done: 'Built', noun: 'pack' },
    tests: { doing: 'Testing packs', done: 'Tested', noun: 'pack' },
    rows: { doing: 'Applying packs', done: 'Wrote', noun: 'pack' },
    switch: { doing: 'Switching packs', done: 'Switched', noun: 'pack' },
  };

interface RunningStep {
  readonly total: number;
  done: number;
  what: string;
}

/**
 * A bar on a terminal, gone when its step ends; elsewhere one log line when a step ends.
 * Steps may overlap: the bar shows the one that began last. `close` clears what an error left behind.
 */
export function createProgress(options: { output: ErrorOutput; log: Logger }): Progress & { close(): void } {
  const shown = options.output.isTerminal ? createBarProgress(options.output) : createLogProgress(options.log);
  return {
    async phase(step, total, work) {
      shown.start(step, total);
      try {
        return await work();
      } finally {
        shown.end(step);
      }
    },
    async step(step, ref, work) {
      const made = await work();
      shown.tick(step, ref);
      return made;
    },
    close: () => shown.close(),
  };
}

interface Shown {
  start(step: ProgressStep, total: number): void;
  tick(step: ProgressStep, what: string): void;
  end(step: ProgressStep): void;
  close(): void;
}

function createLogProgress(log: Logger): Shown {
  const running = new Map<ProgressStep, RunningStep>();
  return {
    start(step, total) {
      running.set(step, { total, done: 0, what: '' });
      if (total > 0) log.debug(titles[step].doing, { total });
    },
    tick(step, what) {
      const state = running.get(step);
      if (state === undefined) return;
      state.done += 1;
      log.debug(titles[step].doing, { done: state.done, total: state.total, what });
    },
    end(step) {
      const state = running.get(step);
      running.delete(step);
      if (state === undefined || state.total === 0) return;
      const { done, total } = state;
      const counted =
        done === total ? countOf(total, titles[step].noun) : `${done} of ${countOf(total, titles[step].noun)}`;
      log.info(`${titles[step].done} ${counted}.`, { done, total });
    },
    close() {
      running.clear();
    },
  };
}

function createBarProgress(output: ErrorOutput): Shown {
  const running = new Map<ProgressStep, RunningStep>();
  let bar: cliProgress.SingleBar | null = null;

  const hide = () => {
    bar?.stop();
    bar = null;
  };
  const show = () => {
    const last = [...running].at(-1);
    if (last === undefined) return;
    const [step, state] = last;
    bar = createBar(output);
    bar.start(state.total, state.done, { title: titles[step].doing.padEnd(17), what: state.what });
  };
  const redraw = () => {
    hide();
    show();
    output.setFooter(running.size === 0 ? null : { hide, show });
  };
  return {
    start(step, total) {
      if (total === 0) return;
      running.set(step, { total, done: 0, what: '' });
      redraw();
    },
    tick(step, what) {
      const state = running.get(step);
      if (state === undefined) return;
      state.done += 1;
      state.what = printable(output.redact(what)).slice(0, 40);
      if ([...running.keys()].at(-1) === step) bar?.update(state.done, { what: state.what });
    },
    end(step) {
      running.delete(step);
      redraw();
    },
    close() {
      running.clear();
      redraw();
    },
  };
}

function createBar(output: ErrorOutput): cliProgress.SingleBar {
  const narrow = output.width < 70;
  return new cliProgress.SingleBar({
    format: narrow ? '{title} {value}/{total}' : '{title} {bar} {value}/{total} {what}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: output.stream as NodeJS.WritableStream,
    clearOnComplete: true,
    hideCursor: false,
    gracefulExit: false,
    fps: 20,
  });
}
