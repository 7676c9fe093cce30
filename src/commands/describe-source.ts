import { basename } from 'node:path';
import type { RecordedSource } from '../actual/actual.ts';
import type { DocumentSource } from '../desired/desired.ts';

/** In one short word or two: `branch main`, `tag v1.2.0`, `semver ^1.2`, `commit abc1234`, `default branch`, `directory jira`. */
export function describeDocumentSource(source: DocumentSource): string {
  if (source.type === 'directory') return `directory ${basename(source.path)}`;
  switch (source.ref.type) {
    case 'branch':
      return `branch ${source.ref.branch}`;
    case 'tag':
      return `tag ${source.ref.tag}`;
    case 'semver':
      return `semver ${source.ref.range}${source.ref.prefix === '' ? '' : ` of ${source.ref.prefix}`}`;
    case 'commit':
      return `commit ${source.ref.commit.slice(0, 7)}`;
    case 'default':
      return 'default branch';
  }
}

/** The same for what the inventory says; it does not record whether a name was a branch or a tag. */
export function describeRecordedSource(source: RecordedSource): string {
  if (source.type === 'directory') return `directory ${basename(source.url)}`;
  return source.ref === null ? 'git' : `git ${/^[0-9a-f]{40}$/.test(source.ref) ? source.ref.slice(0, 7) : source.ref}`;
}
