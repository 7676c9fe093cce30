// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const colours = /\x1b\[[0-9;]*[A-Za-z]/g;

/** A text without colours and movements of the cursor; what else is unprintable stays. */
export function stripColours(text: string): string {
  return text.replaceAll(colours, '');
}
