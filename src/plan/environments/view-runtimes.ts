import type { Actual, RuntimeVersionRow } from '../../actual/actual.ts';
import type { WantedPack } from '../../desired/desired.ts';
import type { Json } from '../../json.ts';
import type { ComponentIndex } from '../component-index.ts';

/** A runtime as it will be, if all changes are made but those that are hindered. */
export interface ViewedRuntime {
  readonly ref: string;
  readonly name: string;
  /** `execution_config`. */
  readonly config: Json;
  readonly versions: readonly RuntimeVersionRow[];
}

/** By ref. */
export type RuntimeView = ReadonlyMap<string, ViewedRuntime>;

/**
 * The runtimes that there will be: those of this plan's content first, then the rows that stay.
 *
 * @param wanted packs whose changes are made
 * @param index of the same packs
 */
export function viewRuntimes(
  wanted: readonly WantedPack[],
  { runtimes }: Pick<Actual, 'runtimes'>,
  { leaves }: Pick<ComponentIndex, 'leaves'>,
): RuntimeView {
  const view = new Map<string, ViewedRuntime>();
  for (const { ref, name, config, versions } of runtimes.values()) {
    if (leaves('runtime', ref)) continue;
    const staying = versions.filter(({ version }) => !leaves('runtime_version', `${ref}@${version}`));
    view.set(ref, { ref, name, config, versions: staying });
  }
  for (const { content } of wanted) {
    for (const { kind, ref, columns } of content.components) {
      if (kind !== 'runtime') continue;
      const name = typeof columns.name === 'string' ? columns.name : ref;
      view.set(ref, { ref, name, config: columns.execution_config ?? {}, versions: view.get(ref)?.versions ?? [] });
    }
    for (const { kind, columns, names } of content.components) {
      const runtime = kind === 'runtime_version' ? view.get(names.runtime?.ref ?? '') : undefined;
      if (runtime !== undefined)
        view.set(runtime.ref, { ...runtime, versions: withVersion(runtime.versions, columns) });
    }
  }
  return view;
}

/** Whether a version is available nobody says in a file: what was found out of it stays. */
function withVersion(
  versions: readonly RuntimeVersionRow[],
  columns: Readonly<Record<string, Json>>,
): readonly RuntimeVersionRow[] {
  const version = String(columns.version ?? '');
  const others = versions.filter((one) => one.version !== version);
  const available = versions.find((one) => one.version === version)?.available ?? true;
  return [
    ...others,
    { version, isDefault: columns.is_default === true, available, config: columns.execution_config ?? {} },
  ];
}
