import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../support/run-program.ts';
import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';

/** The same remotes deployed as modules of a Puppetfile by g10k, with an empty cache. In ms. */
export async function deployWithG10k(directory: string, { remotes }: RemoteFleet): Promise<number> {
  const target = await mkdtemp(join(directory, 'g10k-'));
  const puppetfile = join(target, 'Puppetfile');
  await writeFile(
    puppetfile,
    remotes.map(({ ref, url }) => `mod '${ref}',\n  :git => '${url}',\n  :branch => 'main'\n`).join('\n'),
  );
  const places = ['-moduledir', join(target, 'modules'), '-cachedir', join(target, 'cache')];
  const args = ['-quiet', '-puppetfile', '-puppetfilelocation', puppetfile, ...places];
  return timed(() => runProgram('g10k', args, { directory: target }));
}
