import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { publishNext } from '../model.ts';
import { brokenContent, corePack } from '../pack-content.ts';
import { type Fault, nothing, pickRemote, seconds } from './fault.ts';

/** What authors of packs and documents do, and what becomes of remotes. */
export const authorFaults: readonly Fault[] = [
  {
    name: 'push',
    async run(world) {
      const remote = pickRemote(world);
      if (remote === undefined) return nothing;
      await remote.push([Object.fromEntries(remote.refs.map((ref) => [ref, publishNext(world.model, ref)]))]);
      return `${remote.name} has all its packs anew`;
    },
  },
  {
    name: 'burst',
    async run(world) {
      const remote = pickRemote(world);
      if (remote === undefined) return nothing;
      const { random, model, burst } = world;
      const refs = Array.from({ length: burst }, () => random.pick(remote.refs));
      for (const ref of refs) await remote.push([{ [ref]: publishNext(model, ref) }]);
      return `${burst} pushes to ${remote.name} in a row`;
    },
  },
  {
    name: 'broken-push',
    async run(world) {
      const remote = pickRemote(world);
      if (remote === undefined) return nothing;
      const ref = world.random.pick(remote.refs);
      const ms = world.span(500, 5000);
      await remote.push([{ [ref]: brokenContent }]);
      world.later(ms, remote.name, () => remote.push([{ [ref]: publishNext(world.model, ref) }]));
      return `${ref} in ${remote.name} is no pack for ${seconds(ms)}`;
    },
  },
  {
    name: 'hang',
    async run(world) {
      const remote = pickRemote(world, true);
      if (remote?.hang === undefined) return nothing;
      const ms = world.span(1000, 8000);
      world.later(ms, remote.name, remote.hang());
      return `${remote.name} says nothing for ${seconds(ms)}`;
    },
  },
  {
    name: 'vanish',
    async run(world) {
      const remote = pickRemote(world);
      if (remote === undefined) return nothing;
      const ms = world.span(500, 6000);
      world.later(ms, remote.name, await remote.vanish());
      return `${remote.name} is gone for ${seconds(ms)}`;
    },
  },
  {
    name: 'document',
    async run({ random, refs, model, isAway, writeDocument, documentOf }) {
      const ref = random.pick(refs);
      if (isAway('documents') || isAway(`document ${ref}`)) return nothing;
      model.greetings.set(ref, (model.greetings.get(ref) ?? 0) + 1);
      await writeDocument(ref, documentOf(ref));
      return `the document of ${ref} has another greeting`;
    },
  },
  {
    name: 'broken-document',
    async run({ random, refs, isAway, span, later, writeDocument, documentOf }) {
      const ref = random.pick(refs);
      const ms = span(500, 5000);
      if (isAway('documents') || isAway(`document ${ref}`)) return nothing;
      await writeDocument(ref, `kind: Pack\nref: ${ref}\nsource: {\n`);
      later(ms, `document ${ref}`, () => writeDocument(ref, documentOf(ref)));
      return `the document of ${ref} is no YAML for ${seconds(ms)}`;
    },
  },
  {
    name: 'no-document',
    async run({ random, refs, model, isAway, span, later, writeDocument, documentOf }) {
      // A file that somebody put into a pack goes with the pack.
      const holds = (ref: string) => [...model.files].some((file) => file.startsWith(`${ref}/`));
      const ref = random.pick(refs.filter((one) => one !== corePack && !holds(one)));
      const ms = span(1000, 8000);
      if (isAway('documents') || isAway(`document ${ref}`)) return nothing;
      await writeDocument(ref, null);
      later(ms, `document ${ref}`, () => writeDocument(ref, documentOf(ref)));
      return `the document of ${ref} is gone for ${seconds(ms)}`;
    },
  },
  {
    name: 'no-documents',
    async run({ directory, away, span, later }) {
      const desired = join(directory, 'desired');
      const ms = span(500, 3000);
      // What is written meanwhile would have no place.
      if (away().some((what) => what.startsWith('document'))) return nothing;
      await rename(desired, `${desired}.away`);
      later(ms, 'documents', () => rename(`${desired}.away`, desired));
      return `the directory of documents is gone for ${seconds(ms)}`;
    },
  },
];
