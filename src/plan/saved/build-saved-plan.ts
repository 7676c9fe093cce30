import type { DatabaseIdentity, Fingerprint } from '../../actual/fingerprint.ts';
import type { Desired } from '../../desired/desired.ts';
import type { JsonObject } from '../../json.ts';
import type { Plan } from '../plan.ts';
import { isGuard } from '../safeguards/find-approval.ts';
import { digestChange } from './digest-change.ts';
import { type DocumentPlace, digestDocument } from './digest-document.ts';
import { digestJson } from './digest-json.ts';
import type { SavedPack, SavedPlan } from './saved-plan.ts';

/** What a plan is bound to: read in the transaction in which the plan's rows were. */
export interface PlanBinding {
  readonly identity: DatabaseIdentity;
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
}

/** The plan as a file, bound to everything that decided it. Pure: who, when and with what comes from the caller. */
export function buildSavedPlan(
  { desired, plan, binding }: { readonly desired: Desired; readonly plan: Plan; readonly binding: PlanBinding },
  about: {
    readonly version: string;
    readonly created: string;
    readonly createdBy: string;
    readonly targets: readonly string[] | null;
    readonly reinstall: readonly string[];
    readonly skipsDependencies?: boolean;
    readonly place: DocumentPlace;
    /** As `plan --output json` shows it, without secrets. */
    readonly shown: JsonObject;
  },
): SavedPlan {
  const documents = digestDocuments(desired, about.place);
  const packs = plan.changes.map(
    (change): SavedPack => ({
      ref: change.ref,
      action: change.action,
      reason: change.reason,
      from: change.from,
      to: change.to,
      after: change.after,
      blocks: change.blocks.filter(({ code }) => !isGuard(code)).map(({ sentence }) => sentence),
      document: documents.get(change.ref) ?? null,
      change: digestChange(change),
      fingerprint: binding.fingerprints.get(change.ref) ?? { digest: '', parts: {} },
    }),
  );
  const { store, ...database } = binding.identity;
  const content: Omit<SavedPlan, 'checksum'> = {
    formatVersion: 1,
    kind: 'saved-plan',
    tool: { name: 'attune-sync', version: about.version },
    created: about.created,
    createdBy: about.createdBy,
    manager: plan.manager,
    database,
    store,
    targets: about.targets,
    reinstall: about.reinstall,
    ...(about.skipsDependencies === true ? { skipsDependencies: true } : {}),
    documents: digestJson(packs.map(({ ref, document }) => [ref, document])),
    packs,
    overrides: plan.overrides,
    plan: about.shown,
  };
  return { ...content, checksum: digestJson(content) };
}

/** By ref. */
export function digestDocuments(desired: Desired, place: DocumentPlace): ReadonlyMap<string, string> {
  const documents = [...desired.packs, ...desired.unreadable].map(({ document }) => document);
  return new Map([
    ...documents.map((document) => [document.ref, digestDocument(document, place)] as const),
    // All that such a document says.
    ...desired.unmanaged.map((ref) => [ref, digestJson({ ref, state: 'unmanaged' })] as const),
  ]);
}
