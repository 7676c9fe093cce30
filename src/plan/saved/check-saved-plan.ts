import type { DatabaseIdentity } from '../../actual/fingerprint.ts';
import { SyncError } from '../../errors.ts';
import type { SavedPlan } from './saved-plan.ts';

/**
 * Refuses a plan that was made for another place: nothing in it would mean here what it meant there.
 *
 * @throws SyncError `saved-plan-foreign`
 */
export function checkSavedPlan(saved: SavedPlan, here: { manager: string; identity: DatabaseIdentity }): void {
  const { manager, identity } = here;
  if (saved.manager !== manager) {
    throw foreign(`the manager ${saved.manager}, and this configuration is that of ${manager}`);
  }
  const { name, schema, id } = saved.database;
  // A restored copy has the id of the original.
  const isSame = name === identity.name && (id === null || id === identity.id);
  if (!isSame || schema !== identity.schema) {
    throw foreign(
      `the database ${name} (schema ${schema}), and this is ${isSame ? '' : 'another, '}${identity.name} (schema ${identity.schema})`,
    );
  }
  if (saved.store !== null && saved.store !== identity.store) {
    throw foreign(`the pack store ${saved.store}, and the database belongs to ${identity.store ?? 'none'} now`);
  }
}

function foreign(what: string): SyncError {
  return new SyncError('saved-plan-foreign', `the saved plan was made for ${what}`, {
    hint: 'Use the configuration with which it was made, or make a plan with this one.',
    retry: 'never',
  });
}
