/** A pack's type of source as documents call it: Attune's column says `local_directory` for `directory`. */
export function nameSourceType(recorded: string | null): string | null {
  return recorded === 'local_directory' ? 'directory' : recorded;
}
