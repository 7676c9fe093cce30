import type {
  ApiToken,
  EnvironmentSettings,
  GitTransport,
  HttpSettings,
  SyncWindow,
  TestPolicy,
  VerifyPolicy,
  WebhookSettings,
} from './config.ts';

/** attune.config.yaml as its schema lets it through, before defaults. */
export interface ConfigFile {
  readonly name: string;
  readonly desiredState: readonly EntryFile[];
  readonly database: {
    readonly url?: string;
    readonly lockUrl?: string;
    readonly embedded?: boolean;
    readonly schema?: string;
  };
  readonly stateDir?: string;
  readonly packStore?: string | StoreFile;
  readonly git?: {
    readonly transports?: readonly GitTransport[];
    readonly timeout?: string;
    readonly hosts?: Readonly<Record<string, HostFile>>;
    readonly verify?: readonly VerifyPolicy[];
  };
  readonly environments?: {
    readonly build?: EnvironmentSettings['build'];
    readonly directory?: string;
    readonly timeout?: string;
    readonly runAs?: string;
    readonly variables?: Readonly<Record<string, string>>;
  };
  readonly tests?: TestPolicy;
  readonly http?: HttpFile;
  readonly attune?: { readonly messageQueue?: { readonly url: string; readonly exchange?: string } };
  readonly hooks?: { readonly afterApply?: { readonly command: readonly string[]; readonly timeout?: string } };
  readonly history?: { readonly keep?: string };
  readonly sync?: {
    readonly interval?: string;
    readonly prune?: boolean;
    readonly removalDelay?: string;
    readonly removalLimit?: { readonly count?: number; readonly percent?: number; readonly components?: number };
    readonly drain?: string;
    readonly drift?: 'repair' | 'report';
    readonly concurrency?: number;
    readonly suspend?: { readonly reason: string; readonly by?: string; readonly until?: string };
    readonly windows?: readonly WindowFile[];
  };
}

export interface WindowFile extends Omit<SyncWindow, 'durationMs' | 'timeZone'> {
  readonly duration: string;
  readonly timeZone?: string;
}

export interface HttpFile {
  /** `HOST:PORT`. */
  readonly listen?: string;
  readonly metrics?: HttpSettings['metrics'];
  readonly tokens?: readonly ApiToken[];
  readonly webhooks?: readonly (Omit<WebhookSettings, 'secret'> & { readonly secret: string })[];
}

export interface StoreFile {
  readonly directory?: string;
  readonly group?: string;
  readonly keep?: string;
}

export interface EntryFile {
  readonly name?: string;
  readonly directory?: string;
  readonly git?: GitFile;
}

/** A git source as configuration and documents write it. */
export interface GitFile {
  readonly url: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly commit?: string;
  readonly semver?: string;
  readonly tagPrefix?: string;
  readonly path?: string;
}

export interface HostFile {
  readonly token?: string;
  readonly user?: string;
  readonly key?: string;
  readonly knownHosts?: string;
  readonly inherit?: boolean;
}
