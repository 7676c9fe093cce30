interface ColorFacts {
  readonly isTerminal: boolean;
  /** `--no-color` was given. */
  readonly noColor: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colour on a terminal, unless `--no-color`, a non-empty NO_COLOR or a terminal that cannot (TERM=dumb) says no. */
export function useColor({ isTerminal, noColor, environment }: ColorFacts): boolean {
  if (noColor || (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb') return false;
  return isTerminal;
}
