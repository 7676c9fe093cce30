import { type Command, Option } from 'commander';
import { parseLockTimeout } from '../parse-lock-timeout.ts';
import type { Shell } from '../shell.ts';

/** A verb bound to its arguments: gives the exit code. */
export type Verb = (shell: Shell) => Promise<number>;

/** Starts the verb that was asked for; one that is a service logs for machines where nobody watches. */
export type Run = (verb: Verb, traits?: { readonly isService?: boolean }) => void;

/** `--target`, of verbs that can be about some packs only. */
export function targets(): Option {
  return new Option('--target <ref...>', 'only these packs');
}

/** `--reinstall`, of verbs that plan: packs to write again whole. */
export function reinstalls(): Option {
  return new Option(
    '--reinstall <ref...>',
    'write these packs again whole, files and rows, and build their environments anew, whether they differ or not',
  );
}

/** `--skip-deps`, of verbs that plan. */
export function skipDeps(): Option {
  return new Option(
    '--skip-deps',
    'let what packs need of each other and of runtimes hold nothing back; it stands in the plan and in history',
  );
}

/** `--despite-window`, of verbs that plan. */
export function despiteWindow(): Option {
  return new Option('--despite-window <why>', 'do not wait for a closed sync window; the reason stands in history');
}

/** `--skip-tests`, of verbs that install. */
export function skipTests(): Option {
  return new Option('--skip-tests', 'do not run the tests that packs bring; it stands in the plan and in history');
}

/** `--output`, of verbs that show data; `more`: what this verb alone can do. */
export function output(...more: readonly string[]): Option {
  const choices = ['text', 'json', 'yaml', ...more];
  return new Option('-o, --output <format>', 'how data is shown').choices(choices).default('text');
}

/** `--lock-timeout`, of verbs that write. */
export function lockTimeout(): Option {
  return new Option('--lock-timeout <duration>', 'how long to wait for another writer')
    .argParser(parseLockTimeout)
    .default(30_000, '30s');
}

/** Lines for the end of a verb's help page. */
export function example(command: Command, ...lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}
