/** The cells of a table of text, line by line: columns are parted by bars, and blanks around them do not count. */
export function parseTable(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}
