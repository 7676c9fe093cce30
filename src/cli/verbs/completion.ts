import type { Command } from 'commander';
import { describeVerbs } from '../completion/describe-verbs.ts';
import { renderBash } from '../completion/render-bash.ts';
import { renderFish } from '../completion/render-fish.ts';
import { renderZsh } from '../completion/render-zsh.ts';
import type { ShellName } from '../completion/shells.ts';
import { exitCodes } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const renderings = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** @param program whose verbs are completed: all of them, as they are now */
export async function completionVerb({ out }: Shell, name: ShellName, program: Command): Promise<number> {
  out.write(renderings[name](describeVerbs(program)));
  return exitCodes.ok;
}
