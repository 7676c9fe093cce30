import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const largestBytes = 1024 * 1024;

/**
 * The environment with the credentials that systemd gives a service (`LoadCredential`), as variables of their names;
 * a newline at the end is no part of the value. A variable that is set wins. They are found by name and not listed,
 * so that whoever hands the environment on to a child does not hand them on. Those that were read before are read anew.
 */
export async function readCredentials(environment: Environment): Promise<Environment> {
  const directory = environment.CREDENTIALS_DIRECTORY ?? '';
  if (directory === '') return environment;
  const names = await readdir(directory).catch(() => []);
  const all = Object.defineProperties({}, Object.getOwnPropertyDescriptors(environment)) as typeof environment;
  for (const name of names) {
    if (!/^[A-Za-z_]\w*$/.test(name) || Object.keys(environment).includes(name)) continue;
    const value = await readCredential(join(directory, name));
    if (value !== null) Object.defineProperty(all, name, { value, enumerable: false, configurable: true });
  }
  return all;
}

/** Null where there is no text that a variable could hold. */
async function readCredential(file: string): Promise<string | null> {
  try {
    const status = await stat(file);
    if (!status.isFile() || status.size > largestBytes) return null;
    const text = await readFile(file, 'utf8');
    return text.includes('\0') ? null : text.replace(/\r?\n$/, '');
  } catch {
    // What cannot be read is not set: the one that needs it is told so.
    return null;
  }
}
