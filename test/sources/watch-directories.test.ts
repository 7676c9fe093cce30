import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type WatchOptions, watchDirectories } from '../../src/sources/watch-directories.ts';

const never = 3_600_000;
const patienceMs = 10_000;
const quietMs = 200;

/** Counts changes; `next` waits for one that was not waited for, `quiet` until none came for a while. */
function countChanges() {
  let unseen = 0;
  let wake = () => {};
  return {
    report: () => {
      unseen += 1;
      wake();
    },
    async next(what: string) {
      if (unseen === 0) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`not noticed: ${what}`)), patienceMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      unseen = 0;
    },
    async quiet() {
      let before = -1;
      while (before !== unseen) {
        before = unseen;
        await new Promise((resolve) => setTimeout(resolve, quietMs));
      }
      const seen = unseen;
      unseen = 0;
      return seen;
    },
  };
}

interface Scene {
  readonly base: string;
  /** The watched path. */
  readonly root: string;
}

async function withWatcher(
  options: WatchOptions,
  prepare: (scene: Scene) => Promise<unknown>,
  work: (scene: Scene, changes: ReturnType<typeof countChanges>) => Promise<unknown>,
): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'attune-watch-'));
  const scene = { base, root: join(base, 'fleet', 'desired') };
  await mkdir(join(base, 'fleet'));
  await prepare(scene);
  const changes = countChanges();
  const errors: Error[] = [];
  const watcher = watchDirectories([scene.root], changes.report, {
    intervalMs: never,
    debounceMs: 20,
    onError: (error) => errors.push(error),
    ...options,
  });
  try {
    await watcher.ready();
    await work(scene, changes);
    assert.deepEqual(errors, []);
  } finally {
    await watcher.close();
    await rm(base, { recursive: true, force: true });
  }
}

async function makeTree(directory: string): Promise<void> {
  await mkdir(join(directory, 'team'), { recursive: true });
  await writeFile(join(directory, 'a.yaml'), 'a: 1\n');
  await writeFile(join(directory, 'team', 'b.yaml'), 'b: 1\n');
}

async function replace(directory: string, aside: string): Promise<void> {
  await makeTree(`${directory}.new`);
  await rename(directory, aside);
  await rename(`${directory}.new`, directory);
}

async function pointTo(link: string, target: string): Promise<void> {
  await symlink(target, `${link}.new`);
  await rename(`${link}.new`, link);
}

interface Case {
  readonly title: string;
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  readonly change: (scene: Scene) => Promise<unknown>;
  /** Files whose later edits must be noticed as well, relative to the root. */
  readonly edits?: readonly string[];
}

const atRoot = ({ root }: Scene) => makeTree(root);
const edits = ['a.yaml', 'team/b.yaml'];

const cases: readonly Case[] = [
  { title: 'a file written in place', change: ({ root }) => appendFile(join(root, 'a.yaml'), 'c: 1\n') },
  {
    title: 'a file saved by renaming over it',
    change: async ({ root }) => {
      await writeFile(join(root, 'a.yaml.tmp'), 'a: 2\n');
      await rename(join(root, 'a.yaml.tmp'), join(root, 'a.yaml'));
    },
  },
  {
    title: 'a file saved by moving the old one aside, as vim does',
    change: async ({ root }) => {
      await rename(join(root, 'a.yaml'), join(root, 'a.yaml~'));
      await writeFile(join(root, 'a.yaml'), 'a: 2\n');
      await unlink(join(root, 'a.yaml~'));
    },
  },
  { title: 'a file removed', change: ({ root }) => unlink(join(root, 'team', 'b.yaml')), edits: ['a.yaml'] },
  { title: 'a file with a leading dot', change: ({ root }) => writeFile(join(root, '.env'), 'A=1\n') },
  {
    title: 'a new directory',
    change: async ({ root }) => {
      await mkdir(join(root, 'new'));
      await writeFile(join(root, 'new', 'c.yaml'), 'c: 1\n');
    },
    edits: [...edits, 'new/c.yaml'],
  },
  {
    title: 'a Kubernetes volume that switches ..data',
    prepare: async ({ root }) => {
      await makeTree(join(root, '..2026_01'));
      await symlink('..2026_01', join(root, '..data'));
      await symlink('..data/a.yaml', join(root, 'a.yaml'));
    },
    change: async ({ root }) => {
      await makeTree(join(root, '..2026_02'));
      await pointTo(join(root, '..data'), '..2026_02');
      await rm(join(root, '..2026_01'), { recursive: true });
    },
    edits: ['..data/a.yaml', '..2026_02/team/b.yaml'],
  },
  {
    title: 'a directory below it replaced by one with the same names',
    change: ({ root, base }) => replace(join(root, 'team'), join(base, 'aside')),
  },
  { title: 'the directory itself replaced', change: ({ root, base }) => replace(root, join(base, 'aside')) },
  {
    title: 'the directory above it replaced',
    change: async ({ root, base }) => {
      await makeTree(join(base, 'fleet.new', 'desired'));
      await rename(join(base, 'fleet'), join(base, 'aside'));
      await rename(join(base, 'fleet.new'), join(base, 'fleet'));
      assert.equal(root, join(base, 'fleet', 'desired'));
    },
  },
  {
    title: 'the directory removed and made again',
    change: async ({ root }) => {
      await rm(root, { recursive: true });
      await makeTree(root);
    },
  },
  { title: 'the directory missing at start', prepare: async () => {}, change: ({ root }) => makeTree(root) },
  {
    title: 'the directory and those above it missing at start',
    prepare: ({ base }) => rm(join(base, 'fleet'), { recursive: true }),
    change: ({ root }) => makeTree(root),
  },
  {
    title: 'a link that is switched',
    prepare: async ({ root, base }) => {
      await makeTree(join(base, 'one'));
      await makeTree(join(base, 'two'));
      await symlink('../one', root);
    },
    change: ({ root }) => pointTo(root, '../two'),
  },
  {
    title: 'what a link points to replaced',
    prepare: async ({ root, base }) => {
      await makeTree(join(base, 'one'));
      await symlink('../one', root);
    },
    change: ({ base }) => replace(join(base, 'one'), join(base, 'aside')),
  },
];

describe('watching a directory notices, at once and in what follows,', () => {
  for (const { title, prepare = atRoot, change, edits: later = edits } of cases) {
    test(title, () =>
      withWatcher({}, prepare, async (scene, changes) => {
        await change(scene);
        await changes.next(title);
        await changes.quiet();
        for (const file of later) {
          await appendFile(join(scene.root, file), 'later: 1\n');
          await changes.next(`an edit of ${file} after ${title}`);
          await changes.quiet();
        }
      }),
    );
  }
});

test('the directory removed is noticed, and again when it comes back much later', () =>
  withWatcher({}, atRoot, async ({ root }, changes) => {
    await rm(root, { recursive: true });
    await changes.next('the removal');
    await changes.quiet();
    await makeTree(root);
    await changes.next('the return');
    await changes.quiet();
    await appendFile(join(root, 'team', 'b.yaml'), 'later: 1\n');
    await changes.next('an edit after the return');
  }));

test('a link on the way to the directory that is switched far above it is noticed by the interval', () =>
  withWatcher(
    { intervalMs: 50 },
    async ({ base, root }) => {
      await rm(join(base, 'fleet'), { recursive: true });
      await makeTree(join(base, 'one', 'fleet', 'desired'));
      await makeTree(join(base, 'two', 'fleet', 'desired'));
      await symlink('one', join(base, 'current'));
      await symlink('current/fleet', join(base, 'fleet'));
      assert.equal(root, join(base, 'fleet', 'desired'));
    },
    async ({ base, root }, changes) => {
      await pointTo(join(base, 'current'), 'two');
      await changes.next('the switch');
      await changes.quiet();
      await appendFile(join(root, 'a.yaml'), 'later: 1\n');
      await changes.next('an edit after the switch');
    },
  ));

test('of many directories each is compared in its turn, and a save in any is noticed at once', async () => {
  const base = await mkdtemp(join(tmpdir(), 'attune-watch-'));
  const names = Array.from({ length: 45 }, (_, index) => String(index));
  for (const way of ['one', 'two']) for (const name of names) await makeTree(join(base, way, 'packs', name));
  for (const name of names) await symlink(join(base, 'one'), join(base, `way-${name}`));
  const roots = names.map((name) => join(base, `way-${name}`, 'packs', name));
  const changes = countChanges();
  const watcher = watchDirectories(roots, changes.report, { intervalMs: 30, debounceMs: 20 });
  try {
    await watcher.ready();
    for (const root of [roots[0], roots[44]]) {
      await appendFile(join(root ?? '', 'team', 'b.yaml'), 'c: 1\n');
      await changes.next('a save');
      await changes.quiet();
    }
    for (const name of ['0', '44']) {
      await pointTo(join(base, `way-${name}`), join(base, 'two'));
      await changes.next('a switch that only the interval sees');
      await changes.quiet();
    }
  } finally {
    await watcher.close();
    await rm(base, { recursive: true, force: true });
  }
});

test('among thousands of files a save is noticed', () =>
  withWatcher(
    {},
    async ({ root }) => {
      for (let directory = 0; directory < 30; directory += 1) {
        await mkdir(join(root, `d${directory}`), { recursive: true });
        const files = Array.from({ length: 100 }, (_, file) => join(root, `d${directory}`, `${file}.yaml`));
        await Promise.all(files.map((file) => writeFile(file, 'a: 1\n')));
      }
    },
    async ({ root }, changes) => {
      for (const file of ['d0/0.yaml', 'd29/99.yaml']) {
        await writeFile(join(root, `${file}.new`), 'a: 2\n');
        await rename(join(root, `${file}.new`), join(root, file));
        await changes.next(`a save of ${file}`);
        await changes.quiet();
      }
    },
  ));

test('a burst of saves is reported once', () =>
  withWatcher({ debounceMs: 180 }, atRoot, async ({ root }, changes) => {
    await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(root, `${index}.yaml`), 'a: 1\n')));
    await changes.next('the burst');
    assert.ok((await changes.quiet()) <= 1);
  }));

test('what happens inside .git and node_modules is not reported, but that they are replaced is', () =>
  withWatcher(
    {},
    async ({ root }) => {
      await makeTree(join(root, '.git'));
      await makeTree(join(root, 'node_modules'));
    },
    async ({ root, base }, changes) => {
      await appendFile(join(root, '.git', 'a.yaml'), 'c: 1\n');
      await appendFile(join(root, 'node_modules', 'team', 'b.yaml'), 'c: 1\n');
      assert.equal(await changes.quiet(), 0);
      await replace(join(root, '.git'), join(base, 'aside'));
      await changes.next('another .git');
    },
  ));

test('what happens beside the directory is not reported', () =>
  withWatcher({ intervalMs: 20 }, atRoot, async ({ base }, changes) => {
    await writeFile(join(base, 'fleet', 'other.yaml'), 'a: 1\n');
    await makeTree(join(base, 'fleet', 'elsewhere'));
    assert.equal(await changes.quiet(), 0);
  }));

test('a directory given later is watched, one no longer given is not, and neither is a change by itself', async () => {
  const base = await mkdtemp(join(tmpdir(), 'attune-watch-'));
  const [one, two] = [join(base, 'one'), join(base, 'two')];
  await makeTree(one);
  await makeTree(two);
  const changes = countChanges();
  const watcher = watchDirectories([one], changes.report, { intervalMs: 50, debounceMs: 20 });
  try {
    await watcher.ready();
    watcher.update([two]);
    await watcher.ready();
    assert.equal(await changes.quiet(), 0);
    await appendFile(join(two, 'a.yaml'), 'c: 1\n');
    await changes.next('an edit in the new directory');
    await changes.quiet();
    await appendFile(join(one, 'a.yaml'), 'c: 1\n');
    assert.equal(await changes.quiet(), 0);
  } finally {
    await watcher.close();
    await rm(base, { recursive: true, force: true });
  }
});

test('after close nothing is reported and nothing keeps the process alive', async () => {
  const base = await mkdtemp(join(tmpdir(), 'attune-watch-'));
  await makeTree(base);
  const changes = countChanges();
  const watcher = watchDirectories([base], changes.report, { debounceMs: 20 });
  await watcher.ready();
  await appendFile(join(base, 'a.yaml'), 'c: 1\n');
  await watcher.close();
  assert.equal(await changes.quiet(), 0);
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length, 0);
  await rm(base, { recursive: true, force: true });
});
