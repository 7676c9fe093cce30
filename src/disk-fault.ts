interface Meaning {
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
}

const full = { code: 'disk-full', hint: 'Make room there.' };

/** Codes of the operating system → what they mean to a person. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOSPC: { ...full, sentence: 'there is no space left' },
  EDQUOT: { ...full, sentence: 'the quota of this user is used up' },
  EROFS: { code: 'disk-read-only', sentence: 'it is on a read-only file system', hint: 'Mount it for writing.' },
  EACCES: denied('this user may not'),
  EPERM: denied('the system does not let this user'),
  EIO: { code: 'disk-failed', sentence: 'the disk reports an error', hint: 'Look into the log of the system.' },
};

const networkCalls = ['connect', 'getaddrinfo', 'bind', 'listen', 'spawn'];

/** What an error of the file system says to a person; null where it is any other error, or one that only a fault of this program explains. */
export function describeDiskFault(error: unknown): { code: string; message: string; hint: string } | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  const { syscall, code, path } = error as NodeJS.ErrnoException;
  const meaning = meanings[code ?? ''];
  if (meaning === undefined || networkCalls.includes((syscall ?? '').split(' ')[0] ?? '')) return null;
  const place = path === undefined ? 'A file' : path;
  return { code: meaning.code, message: `${place} cannot be used: ${meaning.sentence} (${code})`, hint: meaning.hint };
}

function denied(sentence: string): Meaning {
  return { code: 'disk-denied', sentence, hint: 'Give the user that runs this the right to it.' };
}
