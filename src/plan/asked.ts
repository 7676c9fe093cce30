/** Packs that a person names: what they say is done whatever `prune` says. */
export interface Asked {
  readonly remove?: readonly string[];
  readonly forget?: readonly string[];
}
