import type { Completed, DescribedVerb } from './describe-verbs.ts';

/** A completion for fish 3 and later: a line for each verb and flag, with what its help says. */
export function renderFish(verbs: readonly DescribedVerb[]): string {
  return `# fish completion of attune-sync
function __attune_sync_refs
    set -l words (commandline -opc)
    set -l given
    for at in (seq 2 (count $words))
        if test $words[$at] = --config; and test $at -lt (count $words)
            set given --config $words[(math $at + 1)]
        else if string match -q -- '--config=*' $words[$at]
            set given --config (string replace -- '--config=' '' $words[$at])
        end
    end
    command $words[1] complete-refs $given 2>/dev/null </dev/null
end

# True where the verbs of the line are exactly these.
function __attune_sync_at
    set -l words (commandline -opc)
    set -l path
    set -l known ${groupsOf(verbs).map(quote).join(' ')}
    for word in $words[2..-1]
        string match -q -- '-*' $word; and continue
        set -l longer (string join ' ' $path $word)
        contains -- $longer $known; and set path $longer
    end
    test "$path" = "$argv"
end

complete -c attune-sync -f
${verbs.flatMap(renderVerb).join('\n')}
`;
}

function groupsOf(verbs: readonly DescribedVerb[]): readonly string[] {
  return verbs.map(({ path }) => path).filter((path) => path !== '');
}

function renderVerb({ path, verbs, options, argument }: DescribedVerb): readonly string[] {
  const when = `complete -c attune-sync -n ${quote(`__attune_sync_at ${path}`.trim())}`;
  return [
    ...verbs.map(({ name, description }) => `${when} -a ${name} -d ${quote(description)}`),
    ...options.map(({ flags, description, value }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      return [when, ...names, ...(value === null ? [] : ['-r', renderCompleted(value)]), `-d ${quote(description)}`]
        .filter((part) => part !== '')
        .join(' ');
    }),
    ...(verbs.length > 0 || argument.type === 'nothing' ? [] : [`${when} ${renderCompleted(argument)}`]),
  ];
}

function renderCompleted(value: Completed): string {
  if (value.type === 'choices') return `-a ${quote(value.choices.join(' '))}`;
  if (value.type === 'refs') return "-a '(__attune_sync_refs)'";
  return value.type === 'files' ? '-F' : '';
}

/** In single quotes fish knows two escapes. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
