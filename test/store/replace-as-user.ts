import { checkReplaceable } from '../../src/store/check-replaceable.ts';
import { switchLinks } from '../../src/store/switch-links.ts';

/** For a process of another user: checks one directory of a store, puts the links in its place, and says how it went. */
const [store = ''] = process.argv.slice(2);
const version = { ref: 'one', version: '1.0.0', digest: 'a'.repeat(64) };
try {
  await checkReplaceable(store, version);
  await switchLinks(store, version, new Date(0));
  process.stdout.write('replaced');
} catch (error) {
  process.stdout.write(String((error as { code?: unknown }).code));
}
