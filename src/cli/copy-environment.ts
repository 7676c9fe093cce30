/**
 * Puts a plain copy in the place of an environment that asks the operating system at every look. The YAML reader
 * looks once for every token: with a copy it takes a fifth less time.
 */
export function copyEnvironment(process: { env: NodeJS.ProcessEnv }): void {
  process.env = { ...process.env };
}
