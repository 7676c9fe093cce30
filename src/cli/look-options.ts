import type { LookOptions } from '../look.ts';

/** `--target`, `--reinstall`, `--skip-deps` and `--despite-window`, as planning takes them. */
export function lookOptions(options: {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly skipDeps?: boolean;
  readonly despiteWindow?: string;
}): Pick<LookOptions, 'targets' | 'reinstall' | 'skipDependencies' | 'despiteWindows'> {
  return {
    ...(options.target === undefined ? {} : { targets: options.target }),
    ...(options.reinstall === undefined ? {} : { reinstall: options.reinstall }),
    ...(options.skipDeps === true ? { skipDependencies: true } : {}),
    ...(options.despiteWindow === undefined ? {} : { despiteWindows: options.despiteWindow }),
  };
}
