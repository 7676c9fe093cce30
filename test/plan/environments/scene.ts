import type { Actual } from '../../../src/actual/actual.ts';
import type { Desired, WantedPack } from '../../../src/desired/desired.ts';
import type { Interpreter, Manifest, PackEnvironment } from '../../../src/environments/environment.ts';
import { environmentKey } from '../../../src/environments/facts/environment-key.ts';
import type { EnvironmentFacts, EnvironmentState, FoundLink } from '../../../src/environments/facts/facts.ts';
import type { Mark } from '../../../src/environments/read-mark.ts';
import type { Json } from '../../../src/json.ts';
import { applied, component, desire, digestOf, nothingInstalled, plan, repair, wanted } from '../build.ts';

/** What a Python runtime says, with another name of its interpreter. */
export function pythonConfig(binary = 'python3', more: Readonly<Record<string, Json>> = {}): Json {
  return {
    interpreter: { binary, args: ['-u'] },
    environment: {
      env_type: 'virtualenv',
      dir_name: '.venv',
      create_command: [binary, '-m', 'venv', '{env_dir}'],
      interpreter_path: '{env_dir}/bin/python3',
    },
    dependencies: { manifest_file: 'requirements.txt', install_command: ['{interpreter}', '-m', 'pip', 'install'] },
    ...more,
  };
}

interface VersionParts {
  readonly version: string;
  readonly isDefault?: boolean;
  readonly config?: Json;
}

/** A pack `core` that owns `core.python`. */
export function core(
  config: Json = pythonConfig(),
  versions: readonly VersionParts[] = [],
  version = '1.0.0',
): WantedPack {
  const runtime = component('runtime', 'core.python', { columns: { name: 'Python', execution_config: config } });
  const listed = versions.map((one) =>
    component('runtime_version', `core.python@${one.version}`, {
      columns: { version: one.version, is_default: one.isDefault === true, execution_config: one.config ?? {} },
      names: { runtime: 'core.python' },
    }),
  );
  return wanted('core', [runtime, ...listed], { version });
}

interface JiraParts {
  readonly version?: string;
  /** On the version of Python, an action each; null: any. */
  readonly constraints?: readonly (string | null)[];
  readonly buildScripts?: boolean;
}

/** A pack whose actions run in Python. */
export function jira(parts: JiraParts = {}): WantedPack {
  const actions = (parts.constraints ?? [null]).map((constraint, index) =>
    component('action', `jira.a${index}`, {
      columns: { runtime_version_constraint: constraint },
      names: { runtime: { ref: 'core.python', name: 'python' } },
    }),
  );
  const document = parts.buildScripts === undefined ? {} : { document: { buildScripts: parts.buildScripts } };
  return wanted('jira', actions, { ...document, ...(parts.version === undefined ? {} : { version: parts.version }) });
}

export const requirements: Manifest = {
  path: 'requirements.txt',
  digest: digestOf('requirements'),
  files: [],
  isOwn: false,
};

interface FactsParts {
  readonly interpreters?: Readonly<Record<string, Interpreter | null>>;
  /** By pack ref; requirements.txt where not given. */
  readonly manifests?: Readonly<Record<string, Manifest | null>>;
  readonly names?: readonly string[];
  readonly states?: Readonly<Record<string, EnvironmentState>>;
  readonly links?: Readonly<Record<string, FoundLink>>;
  readonly hasWorkers?: boolean;
  readonly unusable?: Readonly<Record<string, string>>;
}

export const python311: Interpreter = { path: '/usr/bin/python3.11', version: '3.11.2' };

/** A machine with Python 3.11.2, on which nothing is built. */
export function facts({ packs }: Pick<Desired, 'packs'>, parts: FactsParts = {}): EnvironmentFacts {
  return {
    platform: 'linux x64',
    interpreters: new Map(
      Object.entries(parts.interpreters ?? { python3: python311, 'python3.11': python311, 'python3.12': null }),
    ),
    packs: new Map(
      packs.map(({ ref, content }) => {
        const given = parts.manifests?.[ref];
        const manifest = given === undefined ? requirements : given;
        return [
          content.digest,
          { names: new Set(parts.names ?? []), manifests: new Map([['requirements.txt', manifest]]) },
        ];
      }),
    ),
    states: new Map(Object.entries(parts.states ?? {})),
    links: new Map(Object.entries(parts.links ?? {})),
    unusable: new Map(Object.entries(parts.unusable ?? {})),
    hasWorkers: parts.hasWorkers ?? false,
  };
}

export function withFacts(actual: Actual, found: EnvironmentFacts): Actual {
  return { ...actual, environments: found };
}

/** The key of the environment that `jira` has in all this. */
export function keyOf(parts: Partial<Parameters<typeof environmentKey>[0]> = {}): string {
  return environmentKey({
    config: pythonConfig(),
    interpreter: python311,
    manifest: requirements,
    buildScripts: false,
    names: new Set(),
    contentDigest: '',
    platform: 'linux x64',
    ...parts,
  });
}

export function markOf(key: string, parts: Partial<Mark> = {}): Mark {
  return {
    formatVersion: 1,
    key,
    runtime: 'core.python',
    version: null,
    interpreter: python311,
    manifest: { path: requirements.path, digest: requirements.digest },
    builtAt: '2026-01-02T03:04:05.000Z',
    durationMs: 4000,
    bytes: 26_000_000,
    ...parts,
  };
}

/** Whole, as its mark says. */
export function built(key: string, parts: Partial<Mark> = {}): EnvironmentState {
  return { mark: markOf(key, parts), isThere: true, fault: null };
}

export const right = (key: string): FoundLink => ({ key, occupied: false, isRight: true });
export const wrong = (key: string | null): FoundLink => ({ key, occupied: key === null, isRight: false });

export type Parts = FactsParts;

/** `op link why` of each environment of a pack's change. */
export function told(environments: readonly PackEnvironment[] | undefined): string[] {
  return (environments ?? []).map(({ op, link, why }) => `${op} ${link} ${why}`.trim());
}

export function install(packs: readonly WantedPack[], parts: Parts = {}, options = repair) {
  return plan(packs, withFacts(nothingInstalled, facts({ packs }, parts)), options);
}

/** The plan where `before` is installed. */
export function upgrade(
  before: readonly WantedPack[],
  packs: readonly WantedPack[],
  parts: Parts = {},
  options = repair,
) {
  const actual = applied(before);
  return plan(packs, withFacts(actual, facts(desire([...before, ...packs]), parts)), options);
}

export const place = (pack: WantedPack, link = '.venv') =>
  `.versions/${pack.ref}/${pack.content.version}-${pack.content.digest.slice(0, 12)}/${link}`;
/** As after a run that built it. */
export const whole = (pack = jira()) => ({
  states: { [keyOf()]: built(keyOf()) },
  links: { [place(pack)]: right(keyOf()) },
});
