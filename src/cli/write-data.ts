import type { Json } from '../json.ts';
import type { Output } from './output.ts';

export type DataFormat = 'text' | 'json' | 'yaml';

/** One result on standard output: JSON and YAML hold the same data, text is for people. */
export async function writeData(out: Output, format: DataFormat, data: Json, renderText: () => string): Promise<void> {
  out.write(await formatData(format, data, renderText));
}

/** As `writeData` writes it. */
export async function formatData(format: DataFormat, data: Json, renderText: () => string): Promise<string> {
  if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`;
  if (format === 'text') return renderText();
  const { stringify } = await import('yaml');
  return stringify(data, { aliasDuplicateObjects: false, lineWidth: 0 });
}
