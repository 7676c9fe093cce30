/** How a runtime runs code and builds environments: what its `execution_config` says (seed 004). */
export interface RuntimeConfig {
  readonly interpreter: { readonly binary: string; readonly args: readonly string[] } | null;
  readonly environment: {
    /** `virtualenv`, `node_modules`, or whatever the author calls it; never `none`. */
    readonly type: string;
    /** Its name in a pack's directory: one path segment. */
    readonly directory: string;
    /** Template of the command that makes it; empty where there is none. */
    readonly create: readonly string[];
    /** Template of the interpreter inside it; null where the environment brings none. */
    readonly interpreterPath: string | null;
  } | null;
  readonly dependencies: {
    /** Relative to the pack. */
    readonly manifest: string;
    /** Template of the command that installs what the manifest names; empty where there is none. */
    readonly install: readonly string[];
  } | null;
}

/** An interpreter as it is on this machine. */
export interface Interpreter {
  /** The real path. */
  readonly path: string;
  /** As it says itself, `3.11.2`; null where it says none. */
  readonly version: string | null;
}

/** The file of a pack that says what its environment holds, and the files of the pack that it names. */
export interface Manifest {
  /** Relative to the pack. */
  readonly path: string;
  /** SHA-256 of its bytes, 64 hex: what Attune's workers look for in their marker file. */
  readonly digest: string;
  /** Files of the pack that it names (wheels, further manifests, lock files beside it), by path. */
  readonly files: readonly { readonly path: string; readonly digest: string }[];
  /** It names a directory of the pack: the environment can lead into the pack, so it is this content's alone. */
  readonly isOwn: boolean;
}

/** Everything that decides what an environment holds, and with it its key. */
export interface Recipe {
  /** 32 hex: the name below `.environments`. */
  readonly key: string;
  /** The ref of the runtime. */
  readonly runtime: string;
  /** The version of it that was selected; null: the runtime itself. */
  readonly version: string | null;
  readonly config: RuntimeConfig;
  readonly interpreter: Interpreter | null;
  readonly manifest: Manifest | null;
  /** Packages that npm installs may run their own scripts. */
  readonly buildScripts: boolean;
}

/** One environment of a pack in a plan, complete enough to be built and linked without asking again. */
export interface PackEnvironment extends Recipe {
  /**
   * `build`: there is none with this key. `rebuild`: it is half-built or broken. `link`: it is there, and this version
   * of the pack does not lead to it yet. `keep`: nothing to do.
   */
  readonly op: 'build' | 'rebuild' | 'link' | 'keep';
  /** For people, without a full stop: `not built yet`, `requirements.txt changed`, `bin/python3 is missing`. Empty for `keep`, and where `link` is all there is to say. */
  readonly why: string;
  /** Name of the link in the directory of the pack's version; mostly the environment's own. */
  readonly link: string;
  /** Where Attune's workers look: the name below `{environments.directory}/{ref}`. */
  readonly workerName: string;
}
