import { isObject, type Json } from '../json.ts';

const ref = /^[a-z][a-z0-9_-]+$/;
const refLine = /(?:^|[{,])[ \t]*(["']?)ref\1[ \t]*:[ \t]*(["']?)([a-z][a-z0-9_-]+)\2[ \t]*(?=$|[#,}\r])/gm;

/** The pack that an invalid document still names. */
export function findMentioned(value: Json): string[] {
  return isObject(value) && typeof value.ref === 'string' && ref.test(value.ref) ? [value.ref] : [];
}

/** The packs that the text of a document names which is no YAML any more. One too many does no harm: it stays installed. */
export function findMentionedInText(text: string): string[] {
  return [...text.matchAll(refLine)].map(({ 3: found = '' }) => found).filter((found) => found !== '');
}
