import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeConfig } from '../support/cli-child.ts';
import { createReader } from '../support/create-reader.ts';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { type Ended, type Forge, installCli, openForge, readExample, runScript } from './ci-scene.ts';

const token = 'token-4711';
const workflow = await readExample('github-actions.yaml');
const pipeline = await readExample('gitlab-ci.yaml');

interface Runner {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly forge: Forge;
  /** The database as the secret of the job names it. */
  readonly url: string;
}

/** Runs the steps of the workflow that are scripts, with what GitHub sets; a step that fails ends the job. */
async function runGithub({ directory, environment, forge, url }: Runner): Promise<Ended> {
  const [output, summary] = ['output', 'summary'].map((name) => join(directory, `.${name}`));
  let outputs = new Map<string, string>();
  const expressions: Readonly<Record<string, () => string>> = {
    'secrets.ATTUNE_PLAN_DATABASE_URL': () => url,
    'github.token': () => token,
    'github.event.pull_request.number': () => '7',
    'steps.plan.outputs.code': () => outputs.get('code') ?? '',
  };
  const fill = (text: string) =>
    text.replace(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
      const value = expressions[name];
      assert.ok(value, `the test knows no ${name}`);
      return value();
    });
  let said = '';
  for (const step of [...workflow.jobs.validate.steps, ...workflow.jobs.plan.steps]) {
    if (step.run === undefined || step.name === 'Install') continue;
    assert.doesNotMatch(step.run, /\$\{\{/, 'what others wrote never becomes a part of a script');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(String(value))]);
    const ended = await runScript(step.run, {
      directory,
      environment: {
        GITHUB_API_URL: forge.url,
        GITHUB_REPOSITORY: 'my-org/ops',
        GITHUB_OUTPUT: output ?? '',
        GITHUB_STEP_SUMMARY: summary ?? '',
        ...environment,
        ...Object.fromEntries(own),
      },
    });
    said += ended.output;
    if (ended.code !== 0) return { code: ended.code, output: said };
    const written = await readFile(output ?? '', 'utf8').catch(() => '');
    outputs = new Map([...written.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  }
  return { code: 0, output: said };
}

/** Runs the scripts of both jobs, with what GitLab sets. Each is one shell. */
async function runGitlab({ directory, environment, forge, url }: Runner): Promise<Ended> {
  let said = '';
  for (const job of [pipeline['attune-validate'], pipeline['attune-plan']]) {
    const ended = await runScript(job.script.join('\n'), {
      directory,
      environment: {
        CI_API_V4_URL: forge.url,
        CI_PROJECT_ID: '5',
        CI_MERGE_REQUEST_IID: '7',
        ATTUNE_PLAN_DATABASE_URL: url,
        ATTUNE_NOTES_TOKEN: token,
        ...job.variables,
        ...environment,
      },
    });
    said += ended.output;
    if (ended.code !== 0) return { code: ended.code, output: said };
  }
  return { code: 0, output: said };
}

interface Scene extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly forge: Forge;
  /** Runs the job on a checkout of what the fleet desires now. */
  run(more?: { readonly url?: string }): Promise<Ended>;
}

/** An installed fleet, and runners that have its documents, a role that may only SELECT, and no pack store. */
async function openScene(type: 'github' | 'gitlab'): Promise<Scene> {
  const fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('demo', {});
  await fleet.apply();
  const reader = await createReader(fleet);
  const forge = await openForge(type, token);
  const bin = await installCli(fleet.directory);
  let runs = 0;
  return {
    fleet,
    forge,
    async run({ url = reader.url } = {}) {
      runs += 1;
      const directory = join(fleet.directory, `runner-${runs}`);
      await mkdir(directory);
      await runScript('cp -r ../desired ../packs ../attune.config.yaml .', { directory, environment: {} });
      const environment = { PATH: `${bin}:${process.env.PATH ?? ''}` };
      return (type === 'github' ? runGithub : runGitlab)({ directory, environment, forge, url });
    },
    async [Symbol.asyncDispose]() {
      await forge[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await fleet[Symbol.asyncDispose]();
    },
  };
}

for (const type of ['github', 'gitlab'] as const) {
  describe(`the job for ${type}`, () => {
    it('posts the plan once, and updates that comment with the next one', async () => {
      await using scene = await openScene(type);
      await scene.fleet.writePack('demo', {}, { version: '1.1.0' });
      const first = await scene.run();
      assert.equal(first.code, 0, first.output);
      assert.equal(scene.forge.comments.length, 1);
      const [comment] = scene.forge.comments;
      assert.match(
        comment?.body ?? '',
        /^<!-- .* -->\n<!-- attune-sync plan of test -->\n### Plan: 1 to reinstall, 1 unchanged\.\n/,
      );
      assert.match(comment?.body ?? '', /<summary><code>~ demo<\/code> reinstall/);
      assert.match(first.output, /Changes are pending/);

      await scene.fleet.writePack('demo', {}, { version: '1.0.0' });
      const second = await scene.run();
      assert.equal(second.code, 0, second.output);
      assert.equal(scene.forge.comments.length, 1);
      assert.match(scene.forge.comments[0]?.body ?? '', /### No changes\. 2 packs match the desired state\.\n$/);
      assert.match(second.output, /Nothing would change/);
    });

    it('finds its comment behind a hundred others, and leaves alone one that only looks like it', async () => {
      await using scene = await openScene(type);
      await scene.run();
      const [own] = scene.forge.comments.splice(0);
      assert.ok(own);
      const others = Array.from({ length: 130 }, (_, index) => ({ id: index, author: 'mallory', body: own.body }));
      scene.forge.comments.push(...others, own);
      await scene.fleet.writePack('demo', {}, { version: '1.1.0' });
      const { code, output } = await scene.run();
      assert.equal(code, 0, output);
      assert.equal(scene.forge.comments.length, 131);
      assert.match(own.body, /1 to reinstall/);
      assert.ok(others.every(({ body }) => /No changes/.test(body)));
    });

    it('shows what is blocked, without failing', async () => {
      await using scene = await openScene(type);
      await scene.fleet.sql(
        `INSERT INTO trigger (ref, label, is_adhoc, pack, pack_ref) SELECT 'demo.mine', 'Mine', TRUE, id, ref FROM pack WHERE ref = 'demo'`,
      );
      await scene.fleet.writePack('demo', { 'triggers/mine.yaml': 'ref: demo.mine\nlabel: Ours\n' });
      const { code, output } = await scene.run();
      assert.match(scene.forge.comments[0]?.body ?? '', /\*\*Needs attention\*\*\n\n```text\n! demo: /);
      assert.match(output, /blocked: see/);
      if (type === 'github') {
        assert.equal(code, 0);
        assert.match(output, /^::warning title=Attune plan::/m);
      } else {
        assert.equal(code, 3);
        assert.deepEqual(pipeline['attune-plan'].allow_failure, { exit_codes: [3] });
      }
    });

    it('fails where the plan holds errors, and shows them', async () => {
      await using scene = await openScene(type);
      await scene.fleet.write({ 'packs/demo/pack.yaml': null });
      const { code, output } = await scene.run();
      assert.equal(code, 1, output);
      assert.equal(scene.forge.comments.length, 0, 'validate comes first');

      await scene.fleet.writePack('demo', {});
      await scene.fleet.write({
        'desired/gone.yaml':
          'kind: Pack\nref: gone\nsource: { git: { url: "file:///nowhere/gone.git", branch: main } }\n',
      });
      const unreadable = await scene.run();
      assert.equal(unreadable.code, 1, unreadable.output);
      assert.match(scene.forge.comments[0]?.body ?? '', /### Plan: nothing to change, 2 unchanged, 1 unreadable\./);
    });

    it('fails where there is no plan, and says so in the comment without a word of the database', async () => {
      await using scene = await openScene(type);
      const { code, output } = await scene.run({ url: 'postgres://ann:canary-4711@127.0.0.1:1/none' });
      assert.equal(code, 1, output);
      assert.match(scene.forge.comments[0]?.body ?? '', /There is no plan/);
      assert.doesNotMatch(JSON.stringify(scene.forge.comments) + output, /canary|token-4711/);
    });
  });
}

describe('the workflow for GitHub', () => {
  it('runs for pull requests with the rights of nobody, and writes only comments', () => {
    assert.deepEqual(Object.keys(workflow.on), ['pull_request']);
    assert.deepEqual(workflow.permissions, {});
    assert.deepEqual(workflow.jobs.validate.permissions, { contents: 'read' });
    assert.deepEqual(workflow.jobs.plan.permissions, { contents: 'read', 'pull-requests': 'write' });
  });

  it('gives secrets only to the step that plans, and none to forks', () => {
    const withSecrets = Object.values(workflow.jobs as Record<string, { steps: { name?: string }[] }>)
      .flatMap(({ steps }) => steps)
      .filter((step) => JSON.stringify(step).includes('secrets.'));
    assert.deepEqual(
      withSecrets.map(({ name }) => name),
      ['Plan'],
    );
    assert.equal(workflow.jobs.plan.if, 'github.event.pull_request.head.repo.full_name == github.repository');
    assert.equal(workflow.jobs.plan.needs, 'validate');
  });

  it('names every action by its commit, and checks out without leaving a credential', () => {
    const steps = [...workflow.jobs.validate.steps, ...workflow.jobs.plan.steps];
    for (const { uses, with: inputs } of steps.filter((step) => step.uses !== undefined)) {
      assert.match(uses, /^actions\/[a-z-]+@[0-9a-f]{40}$/);
      if (uses.startsWith('actions/checkout@')) assert.equal(inputs['persist-credentials'], false);
    }
  });
});

describe('the pipeline for GitLab', () => {
  it('plans merge requests of the project itself only, after they were validated', () => {
    const { rules, needs } = pipeline['attune-plan'];
    assert.equal(rules.length, 1);
    assert.match(rules[0].if, /merge_request_event.* && \$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_PROJECT_ID$/);
    assert.deepEqual(needs, ['attune-validate']);
  });
});
