/**
 * A text of tests that names files of the copy that they ran in, which is gone when somebody reads it: it names them as
 * the pack does.
 *
 * @param copies the paths of that copy, absolute
 */
export function nameInPack(text: string, copies: readonly string[]): string {
  return copies.reduce((named, copy) => {
    const start = `(?<![\\w.-])(?:file://)?(?<!\\w)${copy.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
    return named
      .replaceAll(new RegExp(`${start}/(?=[^\\s/])`, 'g'), '')
      .replaceAll(new RegExp(`${start}(?![\\w.-])`, 'g'), '.');
  }, text);
}
