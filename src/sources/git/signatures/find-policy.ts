import type { VerifyPolicy } from '../../../config/config.ts';
import { nameRemote } from '../name-remote.ts';

/** The first policy that is for a remote, however its URL is spelled; undefined where none is. */
export function findPolicy(policies: readonly VerifyPolicy[], url: string): VerifyPolicy | undefined {
  const name = nameRemote(url).toLowerCase();
  return policies.find(({ remotes }) => remotes.some((pattern) => matches(pattern, name)));
}

function matches(pattern: string, name: string): boolean {
  const parts = nameRemote(pattern).toLowerCase().split('*');
  return new RegExp(`^${parts.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's').test(name);
}
