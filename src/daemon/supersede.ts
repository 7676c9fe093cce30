import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LongSteps } from '../apply/long-steps.ts';
import type { Context } from '../context.ts';
import type { Desired, WantedPack } from '../desired/desired.ts';
import { loadDesired } from '../desired/load-desired.ts';
import type { Remotes } from '../desired/remotes.ts';
import { problemsOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { noProgress } from '../progress.ts';
import { revealSecrets } from '../secret.ts';
import { withStaging } from '../store/with-staging.ts';

/** Builds and tests of the pass in hand, which something newer calls off. */
export interface Supersede {
  readonly steps: LongSteps;
  /** A pass begins, which reads what was nudged for until now. */
  begin(): void;
  /** What the pass in hand goes by. */
  goesBy(desired: Desired): void;
  /** Look again: what is desired may be something else now. */
  nudge(): void;
  /** Resolves when nothing is being read. */
  close(): Promise<void>;
}

export interface SupersedeOptions {
  /** What is desired now of these packs. */
  readonly read: (refs: readonly string[]) => Promise<Desired>;
  readonly log: Logger;
}

/**
 * A pass that builds or tests for minutes must not keep what mends it waiting. While it does so, a nudge has what is
 * desired of those packs read again, and each of which that is another now is called off; the others go on.
 */
export function createSupersede({ read, log }: SupersedeOptions): Supersede {
  let desired: Desired | null = null;
  let held = new Map<string, AbortController>();
  let isNudged = false;
  let reading: Promise<void> | null = null;

  function look(): void {
    if (!isNudged || held.size === 0 || reading !== null) return;
    isNudged = false;
    reading = lookOnce()
      .catch((error: unknown) => {
        const said = problemsOf(error).map(({ message }) => message);
        log.debug(`What is desired could not be read while a pass builds: ${said.join('; ')}`);
      })
      .finally(() => {
        reading = null;
        look();
      });
  }

  async function lookOnce(): Promise<void> {
    const before = desired;
    const current = held;
    const now = await read([...current.keys()]);
    for (const [ref, controller] of current) {
      if (before === null || controller.signal.aborted || !isAnother(ref, before, now)) continue;
      log.info(`Something newer is desired of ${ref}: what was begun for it is called off.`);
      controller.abort();
    }
  }

  return {
    steps: {
      begin(refs) {
        held = new Map(refs.map((ref) => [ref, held.get(ref) ?? new AbortController()]));
        look();
      },
      signalOf(ref) {
        const controller = held.get(ref) ?? new AbortController();
        return controller.signal;
      },
      end() {
        held = new Map();
      },
    },
    begin() {
      desired = null;
      isNudged = false;
    },
    goesBy(current) {
      desired = current;
    },
    nudge() {
      isNudged = true;
      look();
    },
    async close() {
      held = new Map();
      await reading;
    },
  };
}

/** What is desired of some packs, read beside a pass: nothing of it is shown, and nothing that was staged is kept. */
export function readAside(context: Context, refs: readonly string[], remotes: Remotes): Promise<Desired> {
  const quiet = { ...context, progress: noProgress };
  return withStaging(join(context.config.stateDir, 'staging'), (staging) =>
    loadDesired(quiet, { staging, targets: refs, remotes }),
  );
}

/** What cannot be read now says nothing. A pack is gone where everything was read and nothing names it. */
function isAnother(ref: string, before: Desired, now: Desired): boolean {
  const one = before.packs.find((pack) => pack.ref === ref);
  const other = now.packs.find((pack) => pack.ref === ref);
  if (one === undefined) return false;
  if (other !== undefined) return !isDeepStrictEqual(essence(one), essence(other));
  const isNamed = now.mentioned.includes(ref) || now.unreadable.some((pack) => pack.ref === ref);
  return now.unmanaged.includes(ref) || (now.complete && !isNamed);
}

/** All that a build, its tests and what is written after them go by: not where it comes from or stands. */
function essence({ content, document }: WantedPack) {
  const { where: _where, configPlaces: _places, source: _source, entry: _entry, config, ...rest } = document;
  return { digest: content.digest, config: revealSecrets(config), ...rest };
}
