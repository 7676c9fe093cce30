import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createSources } from '../../../src/daemon/sources/create-sources.ts';
import type { Failure } from '../../../src/daemon/sources/source.ts';
import { loadDesired } from '../../../src/desired/load-desired.ts';
import { createTestContext, gitDocument, tinyPack } from '../../support/desired.ts';
import { countingGit, createRemote, serveSilence, temporaryDirectory, writeFiles } from '../../support/git.ts';
import { createManualClock } from './manual-clock.ts';

const limit = { timeout: 20_000 };
const intervalMs = 1000;

test(
  'a push is seen once its remote was asked in its own time, and is fetched before a reading meets it',
  limit,
  async (t) => {
    const { one, commitOf, look, clock, news } = await openScene(t);
    const before = await look();
    assert.deepEqual(before.calls.filter((call) => call.startsWith('ls-remote')).length, 2);
    await one.commit({ 'added.txt': 'new\n' });
    const unasked = await look();
    assert.deepEqual(unasked.calls, []);
    assert.equal(commitOf(unasked, 'one'), commitOf(before, 'one'));

    clock.advance(intervalMs);
    await news();
    const after = await look();
    assert.deepEqual(after.calls.map((call) => call.split(' ')[0]).sort(), ['fetch', 'ls-remote', 'ls-remote']);
    assert.equal(commitOf(after, 'one'), await one.git(['rev-parse', 'main']));
  },
);

test('what nobody waits for gives way to a pass, for two seconds at most', limit, async (t) => {
  const { calls, look, clock, sources } = await openScene(t);
  await look();
  const asked = async () => (await calls()).filter((call) => call.startsWith('ls-remote')).length;
  const before = await asked();
  sources.giveWay();
  await clock.asleep(1);
  clock.advance(intervalMs * 1.5);
  await clock.asleep(1);
  assert.equal(await asked(), before);
  clock.advance(500);
  while ((await asked()) < before + 2) await setImmediate();
  // The answers come when they like, and each remote is asked an interval after its own.
  sources.goOn();
  while ((await asked()) < before + 4) {
    clock.advance(100);
    await setImmediate();
  }
});

test('what is named first is asked for at once, and only its remote', limit, async (t) => {
  const { one, directory, commitOf, look } = await openScene(t);
  await look();
  await one.branch('next');
  const commit = await one.commit({ 'added.txt': 'new\n' });
  await writeFile(join(directory, 'desired/one.yaml'), gitDocument('one', one.url, '    branch: next\n'));
  const found = await look();
  assert.deepEqual(
    found.calls.map((call) => /^(\S+).*?(\w+)\.git/.exec(call)?.slice(1).join(' ')),
    ['ls-remote one', 'fetch one'],
  );
  assert.equal(commitOf(found, 'one'), commit);
});

test('a push to a branch that nobody follows is no news', limit, async (t) => {
  const { one, look, sources, newsCount } = await openScene(t);
  await look();
  await one.branch('elsewhere');
  await one.commit({ 'added.txt': 'new\n' });
  await sources.askNow([one.url]);
  assert.equal(newsCount(), 0);
});

test('who asks for a remote sees what was pushed before, and looks by themselves', limit, async (t) => {
  const { one, look, commitOf, sources, newsCount } = await openScene(t);
  await look();
  const commit = await one.commit({ 'added.txt': 'new\n' });
  await sources.askNow([one.url]);
  assert.equal(newsCount(), 0);
  assert.equal(commitOf(await look(), 'one'), commit);
});

test(
  'of a remote that is gone what is known stays, and it is tried again after a time that grows',
  limit,
  async (t) => {
    const { one, look, commitOf, clock, sources, trouble, news } = await openScene(t);
    const before = await look();
    await rename(one.path, `${one.path}.away`);
    const failed = trouble();
    clock.advance(intervalMs);
    assert.equal((await failed)?.error.code, 'git-not-found');
    const during = await look();
    assert.deepEqual(during.desired.unreadable, []);
    assert.equal(commitOf(during, 'one'), commitOf(before, 'one'));
    const [state] = sources.states().filter(({ failing }) => failing !== null);
    assert.deepEqual(
      [state?.url, state?.failing?.attempts, state?.failing?.problem.code],
      [one.url, 1, 'git-not-found'],
    );

    await rename(`${one.path}.away`, one.path);
    const mended = trouble();
    clock.advance(intervalMs);
    assert.equal(await mended, null);
    await news();
  },
);

test(
  'a remote that never answered makes its pack unreadable, is not asked by readings, and its return is news',
  limit,
  async (t) => {
    const { one, look, clock, news } = await openScene(t);
    await rename(one.path, `${one.path}.away`);
    const { desired } = await look();
    assert.deepEqual(
      desired.unreadable.map(({ ref, problems }) => [ref, problems[0]?.code]),
      [['one', 'git-not-found']],
    );
    const again = await look();
    assert.deepEqual([again.desired.unreadable.length, again.calls], [1, []]);
    await rename(`${one.path}.away`, one.path);
    clock.advance(intervalMs);
    await news();
    assert.deepEqual((await look()).desired.unreadable, []);
  },
);

test('a ref that is gone is missing, and found again when it is back', limit, async (t) => {
  const { one, look, sources } = await openScene(t);
  await look();
  const commit = await one.git(['rev-parse', 'main']);
  await one.git(['update-ref', '-d', 'refs/heads/main']);
  await sources.askNow(undefined);
  assert.equal((await look()).desired.unreadable[0]?.problems[0]?.code, 'git-ref-missing');
  await one.git(['update-ref', 'refs/heads/main', commit]);
  await sources.askNow([one.url]);
  assert.deepEqual((await look()).desired.unreadable, []);
});

test('a range follows the highest tag', limit, async (t) => {
  const { one, directory, look, commitOf, sources } = await openScene(t);
  const range = gitDocument('one', one.url, '    semver: ">=1.2, <2"\n    tagPrefix: pack-\n');
  await writeFile(join(directory, 'desired/one.yaml'), range);
  const [unreadable] = (await look()).desired.unreadable;
  assert.match(unreadable?.problems[0]?.hint ?? '', /^It has no tag at all\./);
  for (const tag of ['pack-v1.2.0', 'pack-v1.10.0', 'pack-v2.0.0', 'v1.11.0', 'pack-v1.11.0-rc.1']) {
    await one.commit({ 'added.txt': `${tag}\n` });
    await one.tag(tag);
  }
  await sources.askNow([one.url]);
  assert.equal(commitOf(await look(), 'one'), await one.git(['rev-parse', 'pack-v1.10.0^{commit}']));
  await one.commit({ 'added.txt': 'last\n' });
  await one.tag('pack-v1.11.0');
  await sources.askNow([one.url]);
  assert.equal(commitOf(await look(), 'one'), await one.git(['rev-parse', 'pack-v1.11.0^{commit}']));
});

test(
  'a commit that cannot be fetched is not tried again by every reading, but once somebody asks',
  limit,
  async (t) => {
    const { one, directory, look, sources, calls } = await openScene(t);
    await writeFile(
      join(directory, 'desired/one.yaml'),
      gitDocument('one', one.url, `    commit: "${'7'.repeat(40)}"\n`),
    );
    const { desired } = await look();
    assert.equal(desired.unreadable[0]?.problems[0]?.code, 'git-commit-missing');
    assert.deepEqual((await look()).calls, []);
    const before = (await calls()).length;
    await sources.askNow([one.url]);
    assert.ok((await calls()).length > before);
  },
);

test('a remote that hangs is not waited for longer than a moment, and its end is news', limit, async (t) => {
  const { directory, look, clock, news } = await openScene(t);
  const silent = await serveSilence();
  await look();
  try {
    await writeFile(join(directory, 'desired/hung.yaml'), gitDocument('hung', `${silent.url}/hung.git`));
    const reading = look();
    // The lane's own patience, and that of the reading.
    await clock.asleep(2);
    const over = setInterval(() => clock.advance(5_000), 20);
    const { desired } = await reading;
    clearInterval(over);
    assert.deepEqual(
      desired.packs.map(({ ref }) => ref),
      ['one', 'two'],
    );
    assert.deepEqual(
      desired.unreadable.map(({ ref, problems }) => [ref, problems[0]?.code]),
      [['hung', 'git-fetching']],
    );
    const before = clock.now();
    assert.equal((await look()).desired.unreadable[0]?.problems[0]?.code, 'git-fetching');
    assert.equal(clock.now(), before, 'the next reading does not wait for it at all');
  } finally {
    await silent.close();
  }
  await news();
  assert.equal((await look()).desired.unreadable[0]?.problems[0]?.code, 'git-unreachable');
});

test('what no document names any more is not asked for', limit, async (t) => {
  const { one, directory, look, clock, calls, trouble } = await openScene(t);
  await look();
  await writeFile(join(directory, 'desired/one.yaml'), '');
  await look({ keep: true });
  const before = (await calls()).length;
  await rename(one.path, `${one.path}.away`);
  let wasTold = false;
  void trouble().then(() => (wasTold = true));
  clock.advance(intervalMs * 2);
  await look();
  const asked = (await calls()).slice(before);
  assert.ok(asked.every((call) => !call.includes('one.git')));
  assert.equal(wasTold, false);
});

/** Two packs in remotes of their own, read as a daemon reads them. */
async function openScene(t: TestContext) {
  const directory = await temporaryDirectory(t);
  const one = await createRemote(directory, tinyPack('one'), 'one');
  const two = await createRemote(directory, tinyPack('two'), 'two');
  await writeFiles(directory, {
    'desired/one.yaml': gitDocument('one', one.url, '    branch: main\n'),
    'desired/two.yaml': gitDocument('two', two.url),
  });
  const counting = await countingGit(directory);
  const stop = new AbortController();
  const context = createTestContext(directory, { path: counting.path, signal: stop.signal });
  const clock = createManualClock();
  const news = createSignal<void>();
  const trouble = createSignal<Failure | null>();
  const sources = createSources(context, {
    timing: clock,
    onNews: () => news.tell(),
    onTrouble: (_url, failure) => trouble.tell(failure),
  });
  t.after(async () => {
    stop.abort();
    await sources.close();
  });
  /** What git was asked that goes to remotes, without what stands before the verb. */
  const calls = async () => {
    const all = await counting.calls();
    return all.flatMap((call) => /(?:^| )((?:ls-remote|fetch) .*)/.exec(call)?.[1] ?? []);
  };
  let seen = 0;
  let count = 0;
  const look = async ({ keep = false } = {}) => {
    count += 1;
    const staging = join(directory, `staging-${count}`);
    const reading = sources.beginReading();
    const desired = await loadDesired(context, { staging, remotes: reading.remotes });
    if (keep) sources.keep(reading);
    const all = await calls();
    const made = all.slice(seen);
    seen = all.length;
    return { desired, calls: made };
  };
  const commitOf = ({ desired }: Awaited<ReturnType<typeof look>>, ref: string) => {
    const source = desired.packs.find((pack) => pack.ref === ref)?.source;
    return source?.type === 'git' ? source.commit : undefined;
  };
  return {
    directory,
    one,
    clock,
    sources,
    calls,
    look,
    commitOf,
    news: news.next,
    newsCount: news.count,
    trouble: trouble.next,
  };
}

/** What is told, for who waits for the next one that nobody has had. */
function createSignal<T>() {
  const told: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  let count = 0;
  return {
    tell(value: T) {
      count += 1;
      const first = waiting.shift();
      if (first === undefined) told.push(value);
      else first(value);
    },
    next: () =>
      new Promise<T>((resolve) => {
        if (told.length > 0) resolve(told.shift() as T);
        else waiting.push(resolve);
      }),
    count: () => count,
  };
}
