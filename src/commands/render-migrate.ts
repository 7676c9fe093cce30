import { countOf } from '../plan/render/render-summary.ts';
import type { MigrateReport } from './migrate.ts';

/** One line a migration with its state, then one that sums up. */
export function renderMigrateText({ applied, migrated, pending, attuneTables }: MigrateReport): string {
  const lines = [
    ...attuneTables.map((name) => `created  ${name}`),
    ...applied.map((name) => `applied  ${name}`),
    ...migrated.map((name) => `migrated ${name}`),
    ...pending.map((name) => `pending  ${name}`),
  ];
  return [...lines, summary({ migrated, pending }), ''].join('\n');
}

function summary({ migrated, pending }: Pick<MigrateReport, 'migrated' | 'pending'>): string {
  if (pending.length > 0)
    return `${countOf(pending.length, 'migration')} pending; apply, daemon and migrate bring them in.`;
  if (migrated.length > 0) return `${countOf(migrated.length, 'migration')} applied.`;
  return 'The tables of attune_sync are up to date.';
}
