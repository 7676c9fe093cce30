import type { PackEnvironment } from './environment.ts';

/** Whether anything has to be built before a change is made. */
export function needsBuild({ environments = [] }: { readonly environments?: readonly PackEnvironment[] }): boolean {
  return environments.some(({ op }) => op === 'build' || op === 'rebuild');
}
