import type { LookOptions } from '../look.ts';

/** `--target`, `--reinstall` and `--skip-deps`, as planning takes them. */
export function lookOptions(options: {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly skipDeps?: boolean;
}): Pick<LookOptions, 'targets' | 'reinstall' | 'skipDependencies'> {
  return {
    ...(options.target === undefined ? {} : { targets: options.target }),
    ...(options.reinstall === undefined ? {} : { reinstall: options.reinstall }),
    ...(options.skipDeps === true ? { skipDependencies: true } : {}),
  };
}
