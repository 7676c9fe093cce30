import { hostname, userInfo } from 'node:os';

/** Who runs this, for people: `user@host`, or `uid 1000@host` in a container whose user has no name. */
export function nameCaller(readUser: () => { readonly username: string } = userInfo): string {
  try {
    return `${readUser().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
