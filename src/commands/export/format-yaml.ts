import { Document, isMap, visit } from 'yaml';
import type { JsonObject } from '../../json.ts';

/** YAML as people write it: no folded lines, no aliases, `{ fromEnv }` on one line, what would be another type quoted. */
export function formatYaml(value: JsonObject): string {
  const document = new Document(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  visit(document, {
    Map(_, node) {
      if (isMap(node) && node.has('fromEnv')) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
