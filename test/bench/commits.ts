import { on } from 'node:events';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';

/** What Postgres says of a committed row of `pack`. */
export interface CommittedPack {
  readonly ref: string;
  readonly version: string;
  /** `config.round`, as text. */
  readonly round: string | null;
}

/** Postgres sends a notification when, and only when, the transaction that asked for it is committed. */
export async function listenForCommits(listener: pg.Client): Promise<void> {
  await listener.query(`
    CREATE FUNCTION bench_committed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('bench_committed',
        json_build_object('ref', NEW.ref, 'version', NEW.version, 'round', NEW.config ->> 'round')::text);
      RETURN NULL;
    END $$;
    CREATE TRIGGER bench_committed AFTER UPDATE ON pack FOR EACH ROW EXECUTE FUNCTION bench_committed();
    LISTEN bench_committed`);
}

/** When the notification came, as `performance.now`. @throws AbortError where it does not come within half a minute */
export async function commitOf(listener: pg.Client, isIt: (pack: CommittedPack) => boolean): Promise<number> {
  const messages = on(listener, 'notification', { signal: AbortSignal.timeout(30_000) });
  for await (const [{ payload }] of messages) if (isIt(JSON.parse(payload))) return performance.now();
  throw new Error('the connection was closed');
}
