import type { Argument, Command, Option } from 'commander';

/** What can stand in one place of a command line. */
export type Completed =
  | { readonly type: 'nothing' }
  | { readonly type: 'choices'; readonly choices: readonly string[] }
  | { readonly type: 'files' }
  /** Packs, which only the program knows. */
  | { readonly type: 'refs' };

export interface DescribedOption {
  /** `-o` and `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Null: it takes none. */
  readonly value: Completed | null;
  /** Takes as many values as follow. */
  readonly isVariadic: boolean;
}

/** A verb, or a group of verbs, as shells need to know it. */
export interface DescribedVerb {
  /** Its words: `pack show`; empty for the program itself. */
  readonly path: string;
  readonly verbs: readonly { readonly name: string; readonly description: string }[];
  /** Its own, and those that every verb takes. */
  readonly options: readonly DescribedOption[];
  readonly argument: Completed;
}

/** The program and all of its verbs, as far as they are shown in its help. */
export function describeVerbs(program: Command): readonly DescribedVerb[] {
  const shared = program.options.map(describeOption);
  return describeBelow(program, '', shared);
}

function describeBelow(command: Command, path: string, shared: readonly DescribedOption[]): readonly DescribedVerb[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const own = command.parent === null ? [] : command.options.filter(({ hidden }) => !hidden).map(describeOption);
  const described: DescribedVerb = {
    path,
    verbs: below.map((one) => ({ name: one.name(), description: firstSentence(one.description()) })),
    options: [...own, ...shared, helpOption],
    argument: describeArguments(command.registeredArguments),
  };
  return [described, ...below.flatMap((one) => describeBelow(one, `${path} ${one.name()}`.trim(), shared))];
}

const helpOption: DescribedOption = {
  flags: ['-h', '--help'],
  description: 'print help',
  value: null,
  isVariadic: false,
};

function describeOption(option: Option): DescribedOption {
  const takesValue = option.required || option.optional;
  const [, name = ''] = /[<[]([^>\].]+)/.exec(option.flags) ?? [];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    value: takesValue ? completeBy(name, option.argChoices) : null,
    isVariadic: option.variadic,
  };
}

/** One description for all of them: a place further on is mostly of the same kind, or takes what nobody can list. */
function describeArguments([first]: readonly Argument[]): Completed {
  return first === undefined ? { type: 'nothing' } : completeBy(first.name(), first.argChoices);
}

/** What a placeholder of the help stands for. */
function completeBy(name: string, choices: readonly string[] | undefined): Completed {
  if (choices !== undefined) return { type: 'choices', choices };
  if (['ref', 'pack'].includes(name)) return { type: 'refs' };
  return ['file', 'path', 'dir', 'directory'].includes(name) ? { type: 'files' } : { type: 'nothing' };
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].slice(0, -1) ?? text;
}
