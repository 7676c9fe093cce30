import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import PQueue from 'p-queue';
import type { Context } from '../../../context.ts';
import type { Database } from '../../../database/database.ts';
import type { Logger } from '../../../logger.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { createGit, type Git } from '../../../sources/git/git.ts';
import { listRefs } from '../../../sources/git/list-refs.ts';
import { formatDuration } from '../../../text/format-duration.ts';
import { readInstalledPacks } from '../../queries/read-installed-packs.ts';
import { readLocalDocuments } from '../../read-local-documents.ts';
import { type Finding, findingsOf, ok, skipped, warning } from '../finding.ts';

/** Of one remote: who asks a doctor does not wait a minute for each. */
const mostMs = 10_000;
const slowMs = 3_000;

/**
 * Asks every remote for its refs, as a pass does: those of the configuration, of documents in directories, and of what is
 * installed. From a home of git of its own, so that `stateDir` stays as it is.
 */
export async function checkRemotes(context: Context, database: Database | null): Promise<readonly Finding[]> {
  const urls = await listUrls(context, database);
  if (urls.length === 0)
    return [skipped('No remote is known yet: neither entries nor documents in directories name one.')];
  const { config, log, redactor, signal, environment } = context;
  const stateDir = await mkdtemp(join(tmpdir(), 'attune-sync-doctor-'));
  try {
    const settings = { ...config.git, timeoutMs: Math.min(config.git.timeoutMs, mostMs) };
    const git = createGit({ settings, stateDir, log, redactor, signal, environment });
    await git.ready();
    const queue = new PQueue({ concurrency: config.sync.concurrency });
    const asked = await queue.addAll(urls.map((url) => () => ask(git, url)));
    const answers = asked.filter(({ findings }) => findings.length === 0);
    const slowest = Math.max(0, ...answers.map(({ ms }) => ms));
    const told = `${answers.length} of ${countOf(urls.length, 'remote')} ${answers.length === 1 ? 'answers' : 'answer'}, the slowest in ${formatDuration(slowest)}.`;
    const slow = answers.filter(({ ms }) => ms > slowMs);
    return [
      ...(answers.length === 0 ? [] : [ok(told)]),
      ...slow.map(({ url, ms }) => warning('remote-slow', `${url} took ${formatDuration(ms)} to answer.`)),
      ...asked.flatMap(({ findings }) => findings),
    ];
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

interface Asked {
  readonly url: string;
  readonly ms: number;
  readonly findings: readonly Finding[];
}

async function ask(git: Git, url: string): Promise<Asked> {
  const began = performance.now();
  try {
    const { head, branches, tags } = await listRefs(git, url);
    // The default branch may be one that nobody pushed, beside others that are followed.
    const isEmpty = head === undefined && branches.size + tags.size === 0;
    const empty = warning('git-empty', `${url} has no commit yet.`, 'Push one.');
    return { url, ms: performance.now() - began, findings: isEmpty ? [empty] : [] };
  } catch (error) {
    return { url, ms: performance.now() - began, findings: findingsOf(error) };
  }
}

/** What is wrong in documents is found by another check. */
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

async function listUrls(context: Context, database: Database | null): Promise<readonly string[]> {
  const { desiredState, name } = context.config;
  const { documents } = await readLocalDocuments({ ...context, log: silent });
  const installed =
    database === null ? [] : await readInstalledPacks(database.knex, { recorded: true }).catch(() => []);
  const local = new Set(documents.map(({ ref }) => ref));
  // Of what a document here names, where it came from earlier says nothing.
  const others = installed.filter(({ ref, manager }) => manager === name && !local.has(ref));
  return [
    ...new Set([
      ...desiredState.flatMap((entry) => (entry.type === 'git' ? [entry.url] : [])),
      ...documents.flatMap(({ source }) => (source.type === 'git' ? [source.url] : [])),
      ...others.flatMap(({ source }) => (source?.type === 'git' ? [source.url] : [])),
    ]),
  ].sort();
}
