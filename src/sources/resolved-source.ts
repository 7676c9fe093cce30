/** A source followed to exact content. */
export type ResolvedSource =
  | { readonly type: 'directory'; readonly path: string }
  | {
      readonly type: 'git';
      /** Without credentials. */
      readonly url: string;
      /** What was followed: a branch or tag name, or the commit. */
      readonly ref: string;
      readonly commit: string;
      readonly path: string;
      /** Who made that commit, as git says it, and its subject; known only where the content was read in this pass. */
      readonly author?: string;
      readonly subject?: string;
    };
