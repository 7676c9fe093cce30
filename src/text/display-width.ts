const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Most texts are this, and need no look at each character. */
const plain = /^[ -~]*$/;
const joined = /^(?:\p{M}|[\u200b-\u200d]|[\ufe00-\ufe0f])$/u;

/** How many columns of a terminal the text takes; text without escape sequences (`printable`). */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** 0, 1 or 2 columns; `character` is one code point. */
export function characterWidth(character: string): number {
  if (character.length === 1 && character >= ' ' && character <= '~') return 1;
  if (joined.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The text with blanks behind it, up to `width` columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
