import type { YAMLError } from 'yaml';
import type { Fault } from './build-tree.ts';

type Words = readonly [message: string, hint?: string];

const standardTag = /^tag:yaml\.org,2002:/;

/** The parser's complaints by their text, in words of someone who writes YAML rather than parses it. */
const words: readonly (readonly [pattern: RegExp, words: Words])[] = [
  [/^Tabs are not allowed/, ['A tab is used for indentation.', 'Indent with spaces.']],
  [/^Missing closing (["'])/, ['A quoted text begins here and is not closed.', 'Add the closing quote.']],
  [/^Flow sequence in block collection must/, ['A list opened with [ above is not closed.', 'Add the closing ].']],
  [/^Flow map in block collection must/, ['A map opened with { above is not closed.', 'Add the closing }.']],
  [/^Flow sequence must end/, ['A list opened with [ is not closed.', 'Add the closing ].']],
  [/^Flow map must end/, ['A map opened with { is not closed.', 'Add the closing }.']],
  [
    /^Unexpected .* (at node end|in YAML stream)/,
    ['This does not belong to the value before it.', 'Check its indentation.'],
  ],
  [/^Unexpected flow-(map|seq)-end/, ['A closing bracket stands here without an opening one.']],
  [
    /^Nested mappings are not allowed in compact mappings/,
    ['A second ": " stands on this line.', 'Quote the value if the colon belongs to it, or begin a new line.'],
  ],
  [/^All mapping items must start at the same column/, ['This key is not indented like the ones beside it.']],
  [/^All sequence items must start at the same column/, ['This item is not indented like the ones beside it.']],
  [
    /^A block sequence may not be used as an implicit map key/,
    ['A list cannot begin here.', 'Begin it on a new line.'],
  ],
  [
    /^Implicit keys need to be on a single line/,
    ['A key runs over more than one line.', 'Is a colon or a quote missing?'],
  ],
  [
    /^Implicit map keys need to be followed by map values/,
    ['A value without a key stands here.', 'Is a colon missing?'],
  ],
  [/^Invalid escape sequence/, ['A quoted text has an escape that YAML does not know.', 'Write \\\\ for a backslash.']],
  [/^Plain value cannot start with/, ['A value begins with a character that is reserved in YAML.', 'Quote the value.']],
  [
    /^Comments must be separated/,
    ['A comment must have a space before its #.', 'Quote the value if the # belongs to it.'],
  ],
  [/^A node can have at most one/, ['This value has two anchors or two tags.']],
  [/^An alias node must not specify/, ['An alias cannot have an anchor or a tag.']],
];

/** An error of the YAML parser as one plain sentence. */
export function syntaxFault({ code, message, pos }: YAMLError): Fault {
  if (code === 'TAG_RESOLVE_FAILED') return tagFault(message, pos[0]);
  if (code === 'RESOURCE_EXHAUSTION') {
    return { code: 'yaml-too-deep', message: 'Values are nested too deeply.', at: pos[0] };
  }
  const [text, hint] = words.find(([pattern]) => pattern.test(message))?.[1] ?? [sentence(message)];
  return { code: 'yaml-syntax', message: text, at: pos[0], ...(hint === undefined ? {} : { hint }) };
}

function tagFault(message: string, at: number): Fault {
  const tag = /^Unresolved tag: (.*)$/s.exec(message)?.[1];
  if (tag === undefined) return { code: 'yaml-tag', message: sentence(message), at };
  const name = standardTag.test(tag) ? tag.replace(standardTag, '!!') : tag;
  return { code: 'yaml-tag', message: `The tag ${name} is not known here.`, hint: 'Remove the tag.', at };
}

function sentence(message: string): string {
  const plain = message
    .replaceAll('block collection', 'indented map or list')
    .replaceAll('flow collection', 'bracketed map or list')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.endsWith('.') ? plain : `${plain}.`;
}
