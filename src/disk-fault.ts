/** What an error of the file system means to a person. */
export interface DiskFault {
  /** Begins with `disk-`. */
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
  /** As the system calls it: `ENOSPC`. */
  readonly system: string;
  /** What it was about; none where only an open file was. */
  readonly paths: readonly string[];
}

type Meaning = Pick<DiskFault, 'code' | 'sentence' | 'hint'>;

const full = { code: 'disk-full', hint: 'Make room there.' };

/** Codes of the operating system → what they mean to a person. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOSPC: { ...full, sentence: 'there is no space left' },
  EDQUOT: { ...full, sentence: 'the quota of this user is used up' },
  EROFS: { code: 'disk-read-only', sentence: 'it is on a read-only file system', hint: 'Mount it for writing.' },
  EACCES: denied('this user may not'),
  EPERM: denied('the system does not let this user'),
  ENOTDIR: {
    code: 'disk-not-a-directory',
    sentence: 'a file stands where a directory is wanted',
    hint: 'Move it away, or name another directory in the configuration.',
  },
  EIO: { code: 'disk-failed', sentence: 'the disk reports an error', hint: 'Look into the log of the system.' },
};

const networkCalls = ['connect', 'getaddrinfo', 'bind', 'listen', 'spawn'];

/** Null where it is any other error, or one that only a fault of this program explains. */
export function findDiskFault(error: unknown): DiskFault | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  const { syscall, code: system = '', path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const meaning = meanings[system];
  if (meaning === undefined || networkCalls.includes((syscall ?? '').split(' ')[0] ?? '')) return null;
  return { ...meaning, system, paths: [dest, path].filter((one) => one !== undefined) };
}

/** What an error of the file system says to a person; null where it is any other error. */
export function describeDiskFault(error: unknown): { code: string; message: string; hint: string } | null {
  const fault = findDiskFault(error);
  if (fault === null) return null;
  const { code, sentence, hint, system, paths } = fault;
  const place = paths[0] === undefined ? 'A file' : withoutStaging(paths[0]);
  return { code, message: `${place} cannot be used: ${sentence} (${system})`, hint };
}

/** A directory that lives as long as one run tells nobody anything. */
function withoutStaging(path: string): string {
  return path.replace(/\/\.?staging\/.*$/, '');
}

function denied(sentence: string): Meaning {
  return { code: 'disk-denied', sentence, hint: 'Give the user that runs this the right to it.' };
}
