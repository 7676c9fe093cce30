import type { KindName } from '../kinds.ts';
import { addError, type Findings, type Place } from './findings.ts';

/** Attune's own constraint on `pack.ref`, and a length that fits a file name beside version and digest. */
export const packRefPattern = /^[a-z][a-z0-9_-]{1,99}$/;

/** One part of a component's ref: what Attune's constraints leave, without blanks and control characters. */
const part = /^[^.\s\p{Cc}]+$/u;
const longest = 255;

/** Why a text cannot be the ref of a component of this kind; undefined where it can. */
export function refFault(ref: string, kind: KindName): string | undefined {
  const parts = ref.split('.');
  // Attune puts no rule on the dots of a runtime's ref, and its core pack had core.sensor.builtin.
  const isShaped = kind === 'runtime' ? parts.length >= 2 : parts.length === 2;
  if (!isShaped || !parts.every((one) => part.test(one))) return 'is not of the form <pack>.<name>';
  if (ref !== ref.toLowerCase()) return 'has capital letters';
  if (ref.length > longest) return `is longer than ${longest} characters`;
  return undefined;
}

/** Checks the ref of a component that the pack defines: its form, and that it belongs to the pack. */
export function isOwnRef(
  ref: string,
  kind: KindName,
  packRef: string | null,
  place: Place,
  findings: Findings,
): boolean {
  const fault = refFault(ref, kind);
  if (fault !== undefined) {
    const hint = packRef === null ? {} : { hint: `Write it as ${packRef}.${suggestName(ref)}.` };
    addError(findings, 'invalid-ref', `The ref ${JSON.stringify(ref)} ${fault}.`, place, hint);
    return false;
  }
  if (packRef === null || ref.startsWith(`${packRef}.`)) return true;
  const message = `The ref ${ref} belongs to another pack; those of this one begin with ${packRef}.`;
  addError(findings, 'foreign-ref', message, place, { hint: `Write it as ${packRef}.${suggestName(ref)}.` });
  return false;
}

/** A ref as a file names it, in full: a short name belongs to the same pack. */
export function qualify(ref: string, packRef: string | null): string {
  return ref.includes('.') || packRef === null ? ref : `${packRef}.${ref}`;
}

function suggestName(ref: string): string {
  const name = ref.slice(ref.lastIndexOf('.') + 1).toLowerCase();
  return name.replace(/[^a-z0-9_-]+/g, '_') || 'name';
}
