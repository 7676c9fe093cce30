import { countOf } from '../plan/render/render-summary.ts';
import { printable } from '../text/printable.ts';
import type { ExportReport } from './export.ts';

/** The documents themselves, one after the other. */
export function renderExportedDocuments({ documents }: ExportReport): string {
  return documents.map(({ text }) => text).join('---\n');
}

/** What was written below a directory. */
export function renderExportedFiles({ documents, written }: ExportReport, out: string): string {
  const lines = (written ?? []).map((path) => `  ${printable(path)}`);
  const same = lines.length === 0 ? 'Everything is there already.' : `Wrote below ${printable(out)}:`;
  return `${[same, ...lines, `${countOf(documents.length, 'document')}.`].join('\n')}\n`;
}

/** What must be set before the documents can be planned; empty where nothing must. */
export function renderVariables({ variables }: ExportReport): string {
  if (variables.length === 0) return '';
  const width = Math.max(...variables.map(({ name }) => name.length));
  const lines = variables.map(({ ref, name, key }) => `  ${name.padEnd(width)}  config.${printable(key)} of ${ref}`);
  return `Set these where attune-sync is started; secrets are never exported:\n${lines.join('\n')}\n`;
}
