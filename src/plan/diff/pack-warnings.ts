import { warnOfMissingConfig } from '../../desired/check-config.ts';
import { type Problem, problem } from '../../errors.ts';
import { kindOf } from '../../packs/kinds.ts';
import { nearest } from '../../yaml/nearest.ts';
import { compareRefs } from '../compare-refs.ts';
import type { PackScope } from '../pack-scope.ts';
import type { Unresolved } from './diff-links.ts';

/** Switches in the document that no component of the pack has. */
export function warnOfSwitches({ wanted }: PackScope): readonly Problem[] {
  const { document, content } = wanted;
  const named = Object.keys(document.enabled);
  if (named.length === 0) return [];
  const switches = new Set(content.components.filter(({ enabled }) => enabled !== undefined).map(({ ref }) => ref));
  return named
    .filter((ref) => !switches.has(ref))
    .sort(compareRefs)
    .map((ref) => {
      const found = nearest(ref, [...switches].sort(compareRefs));
      return problem(
        'warning',
        'unknown-component',
        `enabled: ${wanted.ref} ${content.version} has no switch ${ref}.`,
        {
          ...(found === undefined || found === null ? {} : { hint: `Did you mean ${found}?` }),
          where: document.where,
        },
      );
    });
}

/** Config that the pack requires and nobody has set. */
export function warnOfConfig({ wanted, installed }: PackScope): readonly Problem[] {
  return warnOfMissingConfig(wanted.document, wanted.content, (key) => Object.hasOwn(installed?.config ?? {}, key));
}

/** A tag that now leads to other content than it did: who names a tag means one content. */
export function warnOfMovedTag({ wanted: { document, source }, recorded, sameContent }: PackScope): readonly Problem[] {
  const last = recorded?.source;
  if (document.source.type !== 'git' || source.type !== 'git') return [];
  if (document.source.ref.type !== 'tag' && document.source.ref.type !== 'semver') return [];
  if (sameContent || last?.commit == null || last.url !== source.url || last.ref !== source.ref) return [];
  if (last.commit === source.commit) return [];
  const commits = `from ${last.commit.slice(0, 7)} to ${source.commit.slice(0, 7)}`;
  return [
    problem('warning', 'tag-moved', `The tag ${source.ref} of ${source.url} was moved ${commits}.`, {
      hint: 'Name the commit to follow no tag that moves.',
      where: document.where,
    }),
  ];
}

/** Runtimes that actions name and nothing provides: those actions are installed and cannot run. */
export function warnOfRuntimes({ wanted, index }: PackScope, unresolved: readonly Unresolved[]): readonly Problem[] {
  const counts = new Map<string, number>();
  for (const { component, kind, named } of unresolved) {
    if (component.kind === 'action' && kind === 'runtime') counts.set(named.ref, (counts.get(named.ref) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one], [other]) => compareRefs(one, other))
    .map(([runtime, count]) => {
      const where = index.leaves('runtime', runtime)
        ? 'leaves Attune in this plan'
        : 'is neither in this plan nor in Attune';
      const actions = count === 1 ? '1 action' : `${count} actions`;
      const message = `The runtime ${runtime} ${where}: ${actions} of ${wanted.ref} cannot run without it.`;
      return problem('warning', 'unknown-runtime', message);
    });
}

/** What the pack holds and this Attune has no place for. */
export function warnOfMissing({ wanted, actual, missingColumns }: PackScope): readonly Problem[] {
  const { components } = wanted.content;
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  if (actual.missing.kinds.length > 0) {
    for (const { kind } of components) if (actual.missing.kinds.includes(kind)) count(kindOf(kind).plural);
  }
  if (missingColumns.size > 0) {
    for (const { kind, columns } of components) {
      const { table } = kindOf(kind);
      for (const [name, value] of Object.entries(columns)) {
        if (value !== null && missingColumns.has(`${table}.${name}`)) count(`${table}.${name}`);
      }
    }
  }
  return [...counts]
    .sort(([one], [other]) => compareRefs(one, other))
    .map(([what, times]) =>
      problem(
        'warning',
        'not-in-attune',
        `This Attune has no ${what}: left out ${times === 1 ? 'once' : `${times} times`}.`,
      ),
    );
}
