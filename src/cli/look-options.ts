import type { LookOptions } from '../look.ts';

/** `--target` and `--reinstall`, as planning takes them. */
export function lookOptions(options: {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
}): Pick<LookOptions, 'targets' | 'reinstall'> {
  return {
    ...(options.target === undefined ? {} : { targets: options.target }),
    ...(options.reinstall === undefined ? {} : { reinstall: options.reinstall }),
  };
}
