/** True where an error carries one of these codes: of the operating system (`ENOENT`) or of Postgres (`42P01`). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
