export interface StreamedEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Characters that one event may have; more is none of ours. */
const longest = 4 * 1024 * 1024;

/** Server-sent events out of the chunks of a stream, wherever these are cut; comments and fields we do not use are left out. */
export async function* parseEventStream(chunks: AsyncIterable<string>): AsyncIterable<StreamedEvent> {
  let rest = '';
  for await (const chunk of chunks) {
    rest = (rest + chunk).replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > longest) throw new Error('the daemon sent an event without an end');
    for (const block of blocks) {
      const lines = block.split('\n');
      const data = fieldOf(lines, 'data');
      if (data.length > 0) yield { id: fieldOf(lines, 'id').at(-1) ?? null, data: data.join('\n') };
    }
  }
}

function fieldOf(lines: readonly string[], name: string): string[] {
  const begin = `${name}:`;
  return lines.filter((line) => line.startsWith(begin)).map((line) => line.slice(begin.length).replace(/^ /, ''));
}
