import type { Completed, DescribedVerb } from './describe-verbs.ts';

/**
 * A completion for bash 4 and later that starts nothing for verbs and options: they are written into it. Only packs are
 * asked of the program, which says nothing where it knows none.
 */
export function renderBash(verbs: readonly DescribedVerb[]): string {
  return `# bash completion of attune-sync
_attune_sync_refs() {
  local -a given=()
  local at
  for ((at = 1; at < \${#words[@]} - 1; at++)); do
    if [[ \${words[at]} == --config ]]; then given=(--config "\${words[at + 1]}"); fi
    if [[ \${words[at]} == --config=* ]]; then given=(--config "\${words[at]#*=}"); fi
  done
  "\${words[0]/#\\~/$HOME}" complete-refs "\${given[@]}" 2>/dev/null </dev/null
}

# What may follow: names of verbs, then flags, for a path of verbs.
_attune_sync_words() {
  case $1 in
${verbs.map(renderWords).join('\n')}
  esac
}

# How the value of a flag is completed; nothing where it takes none.
_attune_sync_value() {
  case "$1 $2" in
${verbs.flatMap(renderValues).join('\n')}
  esac
}

_attune_sync_argument() {
  case $1 in
${verbs.flatMap(renderArgument).join('\n')}
  esac
}

_attune_sync_offer() {
  case $1 in
  refs) COMPREPLY=($(compgen -W "$(_attune_sync_refs)" -- "$cur")) ;;
  files)
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
    ;;
  choices:*) COMPREPLY=($(compgen -W "\${1#choices:}" -- "$cur")) ;;
  esac
}

_attune_sync() {
  local cur prefix verb='' flag='' kind='' word at
  local -a words=("\${COMP_WORDS[@]:0:COMP_CWORD+1}")
  local IFS=$' \\t\\n'
  COMPREPLY=()
  # Bash cuts words at = too; here they are joined again.
  for ((at = \${#words[@]} - 1; at > 0; at--)); do
    if [[ \${words[at]} == = && \${words[at - 1]} == --* ]]; then
      words=("\${words[@]:0:at - 1}" "\${words[at - 1]}=\${words[at + 1]-}" "\${words[@]:at + 2}")
    fi
  done
  cur=\${words[\${#words[@]} - 1]}
  for word in "\${words[@]:1:\${#words[@]} - 2}"; do
    if [[ $word == -* ]]; then
      kind=$(_attune_sync_value "$verb" "\${word%%=*}")
      flag=''
      if [[ -n $kind && $word != *=* ]]; then flag=$word; fi
    elif [[ -n $flag ]]; then
      if [[ $kind != *... ]]; then flag=''; fi
    elif [[ " $(_attune_sync_words "$verb") " == *" $word "* ]]; then
      verb="\${verb:+$verb }$word"
    fi
  done
  if [[ $cur == --*=* ]]; then
    kind=$(_attune_sync_value "$verb" "\${cur%%=*}")
    prefix=\${cur%%=*}=
    cur=\${cur#*=}
    _attune_sync_offer "\${kind%...}"
    if [[ $COMP_WORDBREAKS != *=* ]]; then COMPREPLY=("\${COMPREPLY[@]/#/$prefix}"); fi
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_attune_sync_words "$verb")" -- "$cur"))
  elif [[ -n $flag ]]; then
    _attune_sync_offer "\${kind%...}"
  else
    kind=$(_attune_sync_argument "$verb")
    if [[ -n $kind ]]; then
      _attune_sync_offer "$kind"
    else
      COMPREPLY=($(compgen -W "$(_attune_sync_words "$verb")" -- "$cur"))
      if [[ -z $cur ]]; then COMPREPLY=($(printf '%s\\n' "\${COMPREPLY[@]}" | grep -v '^-')); fi
    fi
  fi
}
complete -F _attune_sync attune-sync
`;
}

function renderWords({ path, verbs, options }: DescribedVerb): string {
  const words = [...verbs.map(({ name }) => name), ...options.flatMap(({ flags }) => flags)];
  return `  ${quote(path)}) echo ${quote(words.join(' '))} ;;`;
}

function renderValues({ path, options }: DescribedVerb): readonly string[] {
  return options.flatMap(({ flags, value, isVariadic }) => {
    if (value === null) return [];
    const patterns = flags.map((flag) => quote(`${path} ${flag}`)).join(' | ');
    return [`  ${patterns}) echo ${quote(`${nameKind(value)}${isVariadic ? '...' : ''}`)} ;;`];
  });
}

function renderArgument({ path, argument, verbs }: DescribedVerb): readonly string[] {
  if (verbs.length > 0 || argument.type === 'nothing') return [];
  return [`  ${quote(path)}) echo ${quote(nameKind(argument))} ;;`];
}

function nameKind(value: Completed): string {
  return value.type === 'choices' ? `choices:${value.choices.join(' ')}` : value.type;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
