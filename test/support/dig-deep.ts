import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** Makes directories one inside the other, deeper than the system takes paths. */
export async function digDeep(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const script = 'for (let i = 0; i < 300; i++) { fs.mkdirSync("fifteen-letters"); process.chdir("fifteen-letters"); }';
  assert.equal(spawnSync(process.execPath, ['-e', script], { cwd: directory }).status, 0);
}
