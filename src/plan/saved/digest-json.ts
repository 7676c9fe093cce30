import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../json.ts';

/** 64 hex, the same for equal values. Keys that are undefined do not count. */
export function digestJson(value: unknown): string {
  const json = JSON.parse(JSON.stringify(value)) as Json;
  return createHash('sha256').update(canonicalJson(json)).digest('hex');
}

const secretDigest = /secret:[0-9a-f]{12}/g;

/** The same without the digests of secrets: they compare only under one key, and Postgres hashes the values itself. */
export function digestWithoutSecrets(value: unknown): string {
  return digestJson(JSON.parse(JSON.stringify(value).replaceAll(secretDigest, '(secret)')));
}
