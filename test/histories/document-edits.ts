import { type Edit, packOf, pick } from './author-edits.ts';
import { contentOf, type Document, partNames, type World, write } from './world.ts';

function editDocument(
  change: (document: Document, pack: string, choice: Parameters<Edit>[1], world: World) => Document | null,
  say: (pack: string, after: Document) => string,
): Edit {
  return async (world, choice) => {
    const pack = packOf(choice);
    const document = world.documents.get(pack) ?? null;
    const changed = document === null ? null : change(document, pack, choice, world);
    if (changed === null || JSON.stringify(changed) === JSON.stringify(document)) return null;
    await write(world, pack, changed);
    return say(pack, changed);
  };
}

const add: Edit = async (world, choice) => {
  const pack = packOf(choice);
  if (world.documents.get(pack) != null) return null;
  await write(world, pack, { file: `${pack}.yaml`, config: {}, enabled: {}, prune: null, unmanaged: false });
  return `the document of ${pack} is added`;
};

const remove: Edit = async (world, choice) => {
  const pack = packOf(choice);
  if (world.documents.get(pack) == null) return null;
  await write(world, pack, null);
  return `the document of ${pack} is removed`;
};

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

/** What the people who write documents do. */
export const documentEdits: Readonly<Record<string, Edit>> = {
  addDocument: add,
  addDocumentAgain: add,
  bringDocumentBack: add,
  writeDocument: add,
  removeDocument: remove,
  moveDocument: editDocument(
    (document, pack, { one }) => ({ ...document, file: pick([`${pack}.yaml`, `moved-${pack}.yml`], one) ?? 'x.yaml' }),
    (pack, { file }) => `the document of ${pack} is moved to ${file}`,
  ),
  documentSwitch: editDocument(
    (document, pack, { one, two }, world) => {
      const known = contentOf(world, pack).parts.map(({ name }) => name);
      const ref = `${pack}.${pick(known.length > 0 ? known : partNames, one) ?? 'x'}`;
      const value = pick([true, false, null], two) ?? null;
      const { enabled } = document;
      return { ...document, enabled: value === null ? without(enabled, ref) : { ...enabled, [ref]: value } };
    },
    (pack, { enabled }) => `the document of ${pack} switches ${JSON.stringify(enabled)}`,
  ),
  documentConfig: editDocument(
    (document, _, { one, two }) => {
      const key = pick(['url', 'token', 'own'], one) ?? 'url';
      const value = pick(['a', 'c', null], two) ?? null;
      const { config } = document;
      return { ...document, config: value === null ? without(config, key) : { ...config, [key]: value } };
    },
    (pack, { config }) => `the document of ${pack} configures ${JSON.stringify(config)}`,
  ),
  documentPrune: editDocument(
    (document, _, { one }) => ({ ...document, prune: pick([false, true, null], one) ?? null }),
    (pack, { prune }) => `the document of ${pack} says prune: ${prune ?? 'nothing'}`,
  ),
  documentState: editDocument(
    (document) => ({ ...document, unmanaged: !document.unmanaged }),
    (pack, { unmanaged }) => `the document of ${pack} says state: ${unmanaged ? 'unmanaged' : 'managed'}`,
  ),
};
