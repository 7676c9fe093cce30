import { runLocal } from './run-local.ts';
import type { Mirror } from './with-mirror.ts';

export interface CommitInfo {
  readonly author: string;
  /** The first line of the message. */
  readonly subject: string;
}

/** Who made a commit that the mirror has, and its subject. */
export async function commitInfo(mirror: Mirror, commit: string): Promise<CommitInfo> {
  const [author = '', subject = ''] = (await runLocal(mirror, ['log', '-1', '--format=%an%x00%s', commit])).split('\0');
  return { author: oneLine(author), subject: oneLine(subject) };
}

/** It is shown on terminals, and anybody can have written it. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
