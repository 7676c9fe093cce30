/** What a person sees of what was written to a terminal: enough of one for lines, colours and clearing. */
export interface Screen {
  write(text: string): void;
  /** The lines from the first that was ever written to the last with text, those that scrolled away included. */
  lines(): readonly string[];
  /** As terminals do that flow lines anew: what does not fit goes on in the next line. */
  resize(columns: number): void;
  readonly size: { columns: number; rows: number };
}

/** @param rows how far up the cursor can go */
export function createScreen(columns: number, rows: number): Screen {
  const size = { columns, rows };
  let lines = [''];
  let [row, column] = [0, 0];
  let wraps = true;
  const down = () => {
    row += 1;
    if (row === lines.length) lines.push('');
  };
  const put = (character: string) => {
    if (column === size.columns && wraps) {
      down();
      column = 0;
    }
    column = Math.min(column, size.columns - 1);
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const control = (count: number, kind: string) => {
    if (kind === 'l' || kind === 'h') wraps = kind === 'h';
    if (kind === 'A') row = Math.max(0, lines.length - size.rows, row - count);
    if (kind === 'K' || kind === 'J') lines[row] = (lines[row] ?? '').slice(0, column);
    if (kind === 'J') lines.length = row + 1;
  };
  return {
    size,
    write(text) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is made of them
      for (const [whole, count, kind] of text.matchAll(/\u001b\[(?:\?\d)?(\d*)([A-Za-z])|./gsu)) {
        if (kind !== undefined) control(Number(count || 1), kind);
        else if (whole === '\r') column = 0;
        else if (whole === '\n') [column] = [0, down()];
        else put(whole);
      }
    },
    lines: () => lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1).map((line) => line.trimEnd()),
    resize(next) {
      const before = lines.slice(0, row).map((line) => chunk(line, next));
      const after = lines.slice(row).map((line) => chunk(line, next));
      row = before.flat().length;
      lines = [...before, ...after].flat();
      size.columns = next;
    },
  };
}

function chunk(line: string, width: number): string[] {
  const parts = line.match(new RegExp(`.{1,${width}}`, 'gu'));
  return parts ?? [''];
}
