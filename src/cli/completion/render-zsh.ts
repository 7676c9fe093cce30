import type { Completed, DescribedOption, DescribedVerb } from './describe-verbs.ts';

/** A completion for zsh, by its own `_arguments`: a function for each verb. */
export function renderZsh(verbs: readonly DescribedVerb[]): string {
  return `#compdef attune-sync
_attune_sync_refs() {
  local -a refs given
  local at
  for ((at = 2; at < \${#words}; at++)); do
    [[ \${words[at]} == --config ]] && given=(--config "\${(Q)words[at + 1]}")
    [[ \${words[at]} == --config=* ]] && given=(--config "\${(Q)words[at]#*=}")
  done
  refs=(\${(f)"$(command "\${_attune_sync_program:-attune-sync}" complete-refs $given 2>/dev/null </dev/null)"})
  _describe -t packs pack refs
}

${verbs.map((verb) => renderFunction(verb)).join('\n\n')}

if [[ \${funcstack[1]} == _attune-sync ]]; then
  local _attune_sync_program=\${words[1]}
  _attune_sync "$@"
else
  compdef _attune_sync attune-sync
fi
`;
}

function renderFunction({ path, verbs, options, argument }: DescribedVerb): string {
  const specs = options.map(renderOption);
  if (verbs.length === 0) {
    const rest = argument.type === 'nothing' ? [] : [quote(`*:${argument.type}:${renderCompleted(argument)}`)];
    return `${nameOf(path)}() {\n  _arguments -s -S \\\n${[...specs, ...rest].map((spec) => `    ${spec}`).join(' \\\n')}\n}`;
  }
  const names = verbs.map(({ name, description }) => `      ${quote(`${name.replaceAll(':', '\\:')}:${description}`)}`);
  const cases = verbs.map(({ name }) => `      ${name}) ${nameOf(`${path} ${name}`.trim())} ;;`);
  return `${nameOf(path)}() {
  local state line curcontext=$curcontext
  local -a verbs
  _arguments -C -s -S \\
${specs.map((spec) => `    ${spec} \\`).join('\n')}
    '1: :->verb' '*:: :->rest'
  case $state in
  verb)
    verbs=(
${names.join('\n')}
    )
    _describe -t verbs verb verbs
    ;;
  rest)
    case $line[1] in
${cases.join('\n')}
    esac
    ;;
  esac
}`;
}

/** `'(-o --output)'{-o,--output=}'[how data is shown]:choices:(text json)'`, as `_arguments` wants it. */
function renderOption({ flags, description, value, isVariadic }: DescribedOption): string {
  const takes = value === null ? '' : `:${value.type === 'nothing' ? 'value' : value.type}:${renderCompleted(value)}`;
  const rest = `[${description.replaceAll(/[[\]]/g, '\\$&')}]${takes}`;
  // So that the value may follow after a blank and after =.
  const names = flags.map((flag) => (value !== null && flag.startsWith('--') ? `${flag}=` : flag));
  if (isVariadic) return names.map((name) => quote(`*${name}${rest}`)).join(' ');
  if (names.length === 1) return quote(`${names[0]}${rest}`);
  return `${quote(`(${flags.join(' ')})`)}{${names.join(',')}}${quote(rest)}`;
}

function renderCompleted(value: Completed): string {
  if (value.type === 'choices') return `(${value.choices.join(' ')})`;
  if (value.type === 'refs') return '_attune_sync_refs';
  return value.type === 'files' ? '_files' : '';
}

function nameOf(path: string): string {
  return path === '' ? '_attune_sync' : `_attune_sync_${path.replaceAll(/[ -]/g, '_')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
