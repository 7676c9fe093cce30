import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether the embedded server was ever begun there: opening it would make it. */
export function hasEmbeddedData(stateDir: string): Promise<boolean> {
  return access(join(stateDir, 'postgres', 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}
