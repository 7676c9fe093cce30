/** Those that `completion` prints something for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type ShellName = (typeof shells)[number];
