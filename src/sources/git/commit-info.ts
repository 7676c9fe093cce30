export interface CommitInfo {
  readonly author: string;
  /** The first line of the message. */
  readonly subject: string;
}

/** Who made a commit, and its subject, from the bytes of the commit object. */
export function parseCommit(bytes: Buffer): CommitInfo {
  const { head, message } = split(decode(bytes));
  const [, author = ''] = /^author ([^<\n]*)/m.exec(head) ?? [];
  const [paragraph = ''] = message.replace(/^\s+/, '').split(/\n\s*\n/);
  return { author: oneLine(author), subject: oneLine(paragraph) };
}

function split(text: string): { head: string; message: string } {
  const end = text.indexOf('\n\n');
  return end < 0 ? { head: text, message: '' } : { head: text.slice(0, end), message: text.slice(end) };
}

/** Text is UTF-8 unless the commit names another encoding. */
function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const [, encoding] = /^encoding (\S+)$/m.exec(split(text).head) ?? [];
  if (encoding === undefined) return text;
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return text;
  }
}

/** It is shown on terminals, and anybody can have written it. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
