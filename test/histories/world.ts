import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createLookMemory } from '../../src/look-quiet.ts';
import { urlOf } from '../support/cli-child.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { type Content, emptyContent, type Part, renderPack } from './content.ts';
import { createMemory, type Memory } from './memory.ts';
import { readState, type State } from './state.ts';
import { locate, type Thing } from './things.ts';

export const packNames = ['aa', 'bb', 'cc'] as const;
export const partNames = ['x', 'y', 'z'] as const;

/** What the document of one pack says; null in `documents` where there is none. */
export interface Document {
  readonly file: string;
  readonly config: Readonly<Record<string, string>>;
  readonly enabled: Readonly<Record<string, boolean>>;
  readonly prune: boolean | null;
  readonly unmanaged: boolean;
}

/** A fleet whose whole database is read again and again. */
export interface HistoryFleet extends Fleet {
  /** The rows of a query that is made and planned only the first time that it is asked for by its name. */
  ask<T>(name: string, query: () => string | Promise<string>): Promise<T[]>;
}

/** One history as it goes on: what authors and people wrote, and what must have become of it. */
export interface World {
  readonly fleet: HistoryFleet;
  readonly like: 'ours' | 'attune';
  readonly contents: Map<string, Content>;
  readonly documents: Map<string, Document | null>;
  readonly memories: Map<string, Memory>;
  things: readonly Thing[];
  /** Packs that are never removed automatically, as a document said last that was applied. */
  readonly pinned: Set<string>;
  counter: number;
  /** The ref that was touched last, which every other edit is about again where it can be. */
  focus: string | null;
  /** What authors removed last. */
  removed: { readonly pack: string; readonly part: Part } | null;
  /** What happened, in sentences. */
  readonly story: string[];
}

/** A fleet that many histories live in, one after the other. */
export async function createHistoryFleet(like: 'ours' | 'attune', parent: string): Promise<HistoryFleet> {
  const environment = { PATH: process.env.PATH ?? '' };
  const fleet = await createFleet({
    like,
    parent,
    environment,
    sync: { removalLimit: { count: 99, percent: 100 } },
    // As a daemon's passes do, each run remembers what the ones before it read.
    memory: createLookMemory(),
  });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  const client = new pg.Client({ connectionString: urlOf(fleet), options: '-c search_path=attune' });
  await client.connect();
  const queries = new Map<string, string>();
  return {
    ...fleet,
    async ask<T>(name: string, query: () => string | Promise<string>) {
      const text = queries.get(name) ?? (await query());
      queries.set(name, text);
      return (await client.query({ name, text })).rows as T[];
    },
    async [Symbol.asyncDispose]() {
      await client.end();
      await fleet[Symbol.asyncDispose]();
    },
  };
}

/** How a runtime makes environments that hold their manifest and nothing else. */
const made = {
  interpreter: { binary: 'sh' },
  environment: { env_type: 'copy', dir_name: '.made' },
  dependencies: {
    manifest_file: 'needs.txt',
    install_command: ['install', '-D', '{manifest_path}', '{env_dir}/needs.txt'],
  },
};

/** An empty database and pack store, and a pack that always stays: the last one is never removed. */
export async function beginWorld(fleet: HistoryFleet, like: 'ours' | 'attune'): Promise<World> {
  await emptyDatabase(fleet);
  for (const name of ['packs', 'desired', 'store', 'state']) {
    await rm(join(fleet.directory, name), { recursive: true, force: true });
  }
  await fleet.writePack('base', {
    'runtimes/sh.yaml': 'ref: base.sh\nname: Sh\ndistributions: {}\n',
    'runtimes/made.yaml': `ref: base.made\nname: Made\ndistributions: {}\nexecution_config: ${JSON.stringify(made)}\n`,
  });
  const world: World = {
    fleet,
    like,
    contents: new Map(),
    documents: new Map(),
    memories: new Map(packNames.map((pack) => [pack, createMemory()])),
    things: [],
    pinned: new Set(),
    counter: 0,
    focus: null,
    removed: null,
    story: [],
  };
  for (const pack of packNames) {
    await author(world, pack, emptyContent);
    await write(world, pack, { file: `${pack}.yaml`, config: {}, enabled: {}, prune: null, unmanaged: false });
  }
  return world;
}

/** Faster than a new database: all tables are small. */
async function emptyDatabase(fleet: Fleet): Promise<void> {
  const tables = await fleet.sql<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
      WHERE schemaname IN ('attune', 'attune_sync') AND tablename NOT LIKE '%migration%'`,
  );
  // The key that stands for secrets is made once, with the tables.
  const kept = `DELETE FROM attune_sync.settings WHERE key <> 'secret_key';`;
  const others = tables.filter(({ name }) => name !== 'attune_sync.settings');
  const deletes = [...others.map(({ name }) => `DELETE FROM ${name};`), kept].join('\n');
  await fleet.sql(`BEGIN; SET LOCAL session_replication_role = replica;\n${deletes}\nCOMMIT;`);
}

/** The author publishes this; only files that differ are written. */
export async function author(world: World, pack: string, content: Content): Promise<void> {
  const before = world.contents.get(pack);
  const old = before === undefined ? {} : renderPack(pack, before);
  const now = renderPack(pack, content);
  const files: Record<string, string | null> = {};
  for (const path of Object.keys(old)) if (now[path] === undefined) files[`packs/${pack}/${path}`] = null;
  for (const [path, text] of Object.entries(now)) if (old[path] !== text) files[`packs/${pack}/${path}`] = text;
  await world.fleet.write(files);
  world.contents.set(pack, content);
}

export async function write(world: World, pack: string, document: Document | null): Promise<void> {
  const before = world.documents.get(pack);
  const files: Record<string, string | null> = {};
  if (before != null) files[`desired/${before.file}`] = null;
  if (document !== null) files[`desired/${document.file}`] = renderDocument(pack, document);
  await world.fleet.write(files);
  world.documents.set(pack, document);
}

function renderDocument(pack: string, { config, enabled, prune, unmanaged }: Document): string {
  const lines = ['kind: Pack', `ref: ${pack}`];
  if (unmanaged) return `${[...lines, 'state: unmanaged'].join('\n')}\n`;
  lines.push('source:', `  directory: ../packs/${pack}`);
  if (Object.keys(config).length > 0) lines.push(`config: ${JSON.stringify(config)}`);
  if (Object.keys(enabled).length > 0) lines.push(`enabled: ${JSON.stringify(enabled)}`);
  if (prune !== null) lines.push(`prune: ${prune}`);
  return `${lines.join('\n')}\n`;
}

export function memoryOf(world: World, pack: string): Memory {
  const memory = world.memories.get(pack);
  if (memory === undefined) throw new Error(`no memory of ${pack}`);
  return memory;
}

export function contentOf(world: World, pack: string): Content {
  return world.contents.get(pack) ?? emptyContent;
}

/** The author's content, unless a rollback holds it back. */
export function wantedContent(world: World, pack: string): Content {
  const { hold } = memoryOf(world, pack);
  const content = contentOf(world, pack);
  return hold !== null && hold.heldBack === textOf(pack, content) ? hold.content : content;
}

export function textOf(pack: string, content: Content): string {
  return JSON.stringify(Object.entries(renderPack(pack, content)).sort());
}

/** After a person, or Attune at a person's word, destroyed something: it is nobody's fault here. */
export async function forgetDestroyed(world: World): Promise<void> {
  const state = await readState(world.fleet, world.like);
  world.things = world.things.flatMap((thing) => {
    const where = locate(thing, state);
    if (where === 'gone') return [];
    return where === 'changed' ? (observe(thing, state) ?? []) : [thing];
  });
}

/** The thing as it is now. */
function observe(thing: Thing, state: State): Thing | null {
  if (thing.type === 'hung') return null;
  if (thing.type === 'history') return null;
  const row = state.rows.get(`${thing.kind} ${thing.ref}`);
  if (row === undefined) return null;
  const columns = Object.fromEntries(Object.keys(thing.columns).map((name) => [name, row.values[name]]));
  const links = Object.fromEntries(Object.keys(thing.links).map((name) => [name, row.links[name] ?? null]));
  return { ...thing, columns, links };
}
