import type { Kind } from '../packs/kinds.ts';

/** The ref of a component as SQL over its row `t`: a runtime version has none of its own. */
export function refSql({ name }: Kind): string {
  return name === 'runtime_version' ? `t.runtime_ref || '@' || t.version` : 't.ref';
}
