import type { Command, CommanderError } from 'commander';
import { SyncError } from '../errors.ts';
import { nearest } from '../yaml/nearest.ts';

const codes: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'unknown-verb',
  'commander.unknownOption': 'unknown-option',
  'commander.missingArgument': 'missing-argument',
  'commander.excessArguments': 'excess-arguments',
  'commander.optionMissingArgument': 'missing-value',
  'commander.missingMandatoryOptionValue': 'missing-option',
  'commander.invalidArgument': 'invalid-value',
};

/**
 * What was typed wrong as one of our errors: the verb it is about, what commander says of it, what was meant, and how
 * the verb is used.
 *
 * @param command the verb, as far as it was understood
 */
export function usageError({ code, message }: CommanderError, command: Command): SyncError {
  const [said = '', ...rest] = message
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument ('.*')\./, 'argument $2 is invalid: $1.')
    .split('\n');
  const verb = pathOf(command);
  const meant = code === 'commander.unknownCommand' ? findVerbs(command, said) : (suggested(rest.join(' ')) ?? []);
  const guess = meant.length === 0 ? '' : `Did you mean ${meant.join(' or ')}? `;
  const hint = `${guess}Usage: ${verb} ${command.usage()}; \`${verb} --help\` tells more.`;
  return new SyncError(codes[code] ?? 'invalid-usage', `${verb}: ${said}`, { hint, retry: 'never' });
}

/** `attune-sync pack show` */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** From `(Did you mean --yes?)`, or `(Did you mean one of --yes, --why?)`. */
function suggested(text: string): string[] | undefined {
  return /\(Did you mean (?:one of )?(.*)\?\)/.exec(text)?.[1]?.split(', ');
}

/** Verbs of that name in another group first, for that is what was meant; else the nearest name here, or anywhere. */
function findVerbs(command: Command, said: string): string[] {
  const typed = /'(.*)'/.exec(said)?.[1] ?? '';
  const all = listVerbs(rootOf(command));
  const named = (name: string | undefined, among: readonly Command[]) =>
    among.filter((one) => one.name() === name).map((one) => `\`${pathOf(one)}\``);
  const same = named(typed, all);
  if (same.length > 0) return same;
  const near = (among: readonly Command[]) =>
    named(
      nearest(
        typed,
        among.map((one) => one.name()),
      ),
      among,
    );
  const here = near(command.commands);
  return here.length > 0 ? here : near(all);
}

function listVerbs(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...listVerbs(one)]);
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
