import type { Secret } from '../secret.ts';

/** One entry of `desiredState`: a directory, or a directory inside a git repository. */
export type DesiredEntry =
  | { readonly type: 'directory'; readonly name: string; readonly directory: string }
  | { readonly type: 'git'; readonly name: string; readonly url: string; readonly ref: GitRef; readonly path: string };

/** Which commit of a repository is meant. Without one, the remote's default branch is. */
export type GitRef =
  | { readonly type: 'default' }
  | { readonly type: 'branch'; readonly branch: string }
  | { readonly type: 'tag'; readonly tag: string }
  /** The tag with the highest version in the range; `prefix` stands before the version. */
  | { readonly type: 'semver'; readonly range: string; readonly prefix: string }
  | { readonly type: 'commit'; readonly commit: string };

export type GitTransport = 'https' | 'http' | 'ssh' | 'git' | 'file';

/** How to log in at one host. Secrets never reach argv, a URL, a log or the database. */
export interface GitHost {
  readonly token?: Secret;
  readonly user?: string;
  /** Absolute path of a private key. */
  readonly key?: string;
  /** Absolute path of a known_hosts file; without one, unknown hosts are refused. */
  readonly knownHosts?: string;
  /** Use the caller's own git and SSH set-up for this host. */
  readonly inherit?: boolean;
}

export interface GitSettings {
  readonly transports: readonly GitTransport[];
  readonly timeoutMs: number;
  readonly hosts: Readonly<Record<string, GitHost>>;
  /** Whose signatures count; the first that is for a remote decides. Undefined: none is asked for. */
  readonly verify?: readonly VerifyPolicy[];
}

/** Which signatures content from some remotes must have. */
export interface VerifyPolicy {
  /** URLs in any spelling; `*` stands for anything. */
  readonly remotes: readonly string[];
  /**
   * `head`: the commit is signed; `tag`: the tag that leads to it is; `both`; `strict`: every commit since `since` is;
   * `off`: nothing is asked.
   */
  readonly mode: 'head' | 'tag' | 'both' | 'strict' | 'off';
  /** Absolute path of a file with SSH keys, in the form of ssh-keygen's ALLOWED SIGNERS. */
  readonly allowedSigners?: string;
  /** Absolute path of a file with public keys of OpenPGP. */
  readonly gpgKeys?: string;
  /** A full commit id: it and what came before it are taken as they are. */
  readonly since?: string;
}

/** Who builds the environments that packs run in, and how. */
export interface EnvironmentSettings {
  /** `workers`: Attune's own workers do, each for itself; `never`: nobody does. */
  readonly build: 'here' | 'workers' | 'never';
  /** Where Attune's workers look for environments (`runtime_envs_dir`): each is linked there as well. */
  readonly directory?: string;
  /** How long one command of a build may take. */
  readonly timeoutMs: number;
  /** The user, by name or number, that builds and tests; only root can be another. */
  readonly runAs?: string;
  /** Variables that commands get beside the few they need: proxies and package indexes. Never shown. */
  readonly variables: Readonly<Record<string, Secret>>;
}

/** `pack`: as the pack's `testing` section says; `report`: run, and never in the way. */
export type TestPolicy = 'pack' | 'report' | 'off';

/** Where the API, metrics and webhooks are served. */
export interface HttpSettings {
  readonly host: string;
  /** 0: the operating system chooses one. */
  readonly port: number;
  /** Whether `/metrics` asks for a token. */
  readonly metrics: 'open' | 'token';
  readonly tokens: readonly ApiToken[];
  readonly webhooks: readonly WebhookSettings[];
}

/** A bearer token is known by its digest only, so that whoever reads the configuration cannot use it. */
export interface ApiToken {
  readonly name: string;
  /** SHA-256 of the token, 64 hex digits in lower case. */
  readonly sha256: string;
  /** `viewer` reads; `operator` may also ask for a pass, suspend and resume. */
  readonly role: 'viewer' | 'operator';
  /** Login of the identity in Attune as which its holder acts. */
  readonly identity?: string;
}

/** Served as `/webhooks/{name}`. `generic`: an HMAC-SHA-256 of the body in `X-Signature`. */
export interface WebhookSettings {
  readonly name: string;
  readonly type: 'github' | 'gitlab' | 'gitea' | 'generic';
  readonly secret: Secret;
}

/** Attune's message queue, where its services hear of packs and rules that changed. */
export interface MessageQueueSettings {
  /** `amqp://` or `amqps://`, with its login. */
  readonly url: Secret;
  readonly exchange: string;
}

/** A program that is told what a run did, as JSON on its standard input. */
export interface HookSettings {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** Nothing is applied for the time being. */
export interface SuspendSettings {
  readonly reason: string;
  readonly by?: string;
  /** Undefined: until it is taken out of the file. */
  readonly until?: Date;
}

/** A recurring time in which nothing is applied, or outside of which nothing is. */
export interface SyncWindow {
  /** `deny`: closed while it lasts, before everything else; `allow`: what it is for is closed outside of all of these. */
  readonly kind: 'allow' | 'deny';
  /** When it begins, as cron says it: minute, hour, day of the month, month, day of the week. */
  readonly schedule: string;
  readonly durationMs: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Refs, `*` stands for anything; undefined: all packs. */
  readonly packs?: readonly string[];
  readonly reason?: string;
}

export type DatabaseSettings = {
  readonly schema: string;
} & (
  | { readonly type: 'embedded' }
  | {
      readonly type: 'url';
      readonly url: Secret;
      /** Past a pooler, to PostgreSQL itself; used instead of `url` wherever it is given. */
      readonly lockUrl?: Secret;
    }
);

/** attune.config.yaml, checked, with defaults, absolute paths and durations in milliseconds (design §4). Frozen. */
export interface Config {
  /** Absolute path of the file that was read. */
  readonly file: string;
  /** The manager: every row of the inventory belongs to one. */
  readonly name: string;
  readonly desiredState: readonly DesiredEntry[];
  readonly database: DatabaseSettings;
  readonly stateDir: string;
  readonly packStore: { readonly directory: string; readonly group?: string; readonly keepMs: number };
  readonly git: GitSettings;
  readonly environments: EnvironmentSettings;
  /** Which packs' own tests count before they are installed; a document may say otherwise of its pack. */
  readonly tests: TestPolicy;
  /** Undefined: nothing is served. */
  readonly http?: HttpSettings;
  /** How Attune's services are told; undefined: they are not. */
  readonly messageQueue?: MessageQueueSettings;
  readonly afterApply?: HookSettings;
  /** How long runs are remembered. */
  readonly history: { readonly keepMs: number };
  readonly sync: {
    readonly intervalMs: number;
    readonly prune: boolean;
    readonly removalDelayMs: number;
    readonly removalLimit: { readonly count: number; readonly percent: number; readonly components?: number };
    /** Unfinished executions that began longer ago hold up no removal of their pack; null: all do. */
    readonly drainMs: number | null;
    readonly drift: 'repair' | 'report';
    /** How many packs are fetched and read at once. */
    readonly concurrency: number;
    readonly suspend?: SuspendSettings;
    readonly windows?: readonly SyncWindow[];
  };
}
