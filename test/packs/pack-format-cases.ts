import assert from 'node:assert/strict';
import type { Json } from '../../src/json.ts';
import type { Component, PackContent } from '../../src/packs/content.ts';
import type { KindName } from '../../src/packs/kinds.ts';
import type { PackFiles } from '../support/packs.ts';

/** What is added to a minimal pack `demo` for one line of the table, and what must then be loaded. */
interface Case {
  readonly files: PackFiles;
  readonly links?: Readonly<Record<string, string>>;
  readonly loaded?: (content: PackContent) => void;
}

const head = 'ref: demo\nlabel: A pack\nversion: 1.0.0\n';
const hello = 'ref: demo.hello\nrunner_type: shell\nentry_point: hello.sh\n';
/** `ref constraint line:column` of each dependency. */
const needsOf = ({ dependencies }: PackContent) =>
  dependencies.map(({ ref, constraint, where }) => `${ref} ${constraint} ${where?.line}:${where?.column}`);
const tasks = 'tasks: [{name: one, action: core.noop}]\n';
const workflow = `ref: demo.flow\nversion: 1.0.0\n`;
const trigger = 'ref: demo.tick\n';
const sensor = 'ref: demo.watch\nentry_point: watch.py\nrunner_type: python\n';
const withSensor = (more: string): PackFiles => ({ 'sensors/watch.py': '', 'sensors/watch.yaml': sensor + more });

export const cases: Readonly<Record<string, Case>> = {
  '`pack.yml` instead of `pack.yaml`': {
    files: { 'pack.yaml': null, 'pack.yml': head },
    loaded: ({ ref }) => assert.equal(ref, 'demo'),
  },
  '`label` of a pack': pack('label: Shown', ({ columns }) => assert.equal(columns.label, 'Shown')),
  '`conf_schema` of a pack': pack('conf_schema: {url: {type: string}}', ({ columns }) =>
    assert.deepEqual(columns.conf_schema, { url: { type: 'string' } }),
  ),
  '`meta` of a pack': pack('meta: {category: x}', ({ columns }) => assert.deepEqual(columns.meta, { category: 'x' })),
  '`tags` of a pack': pack('tags: [a, b]', ({ columns }) => assert.deepEqual(columns.tags, ['a', 'b'])),
  '`config` of a pack': pack('config: {url: x}', ({ config }) => assert.deepEqual(config, { url: 'x' })),
  '`default` in a configuration schema': pack(
    'conf_schema: {url: {default: y}, port: {default: 80}, none: {type: string}}\nconfig: {url: x}',
    ({ config }) => assert.deepEqual(config, { url: 'x', port: 80 }),
  ),
  '`system` or `is_standard` of a pack': pack('is_standard: true', ({ columns }) =>
    assert.equal(columns.is_standard, true),
  ),
  '`dependencies` as a mapping': pack('dependencies: {core: ^1.0, other: null, any: "*"}', (content) => {
    assert.deepEqual(content.columns.dependencies, ['core@^1.0', 'other', 'any']);
    assert.deepEqual(needsOf(content), ['core ^1.0 4:22', 'other null 4:35', 'any null 4:46']);
  }),
  '`dependencies` as `{ref, version}`': pack('dependencies: [{ref: core, version: ">=1"}, x1@1.2.3]', (content) => {
    assert.deepEqual(content.columns.dependencies, ['core@>=1', 'x1@1.2.3']);
    assert.deepEqual(needsOf(content), ['core >=1 4:16', 'x1 1.2.3 4:45']);
  }),
  '`testing` whose runner or entry file is not there': pack(
    'testing: {runners: {a: {type: jest, entry_point: hello.js}}}',
    ({ testing }) => assert.equal(testing?.runners[0]?.unusable, 'no runner of type "jest" is known'),
  ),
  '`min_pass_rate` or `on_failure` that is none': pack(
    'testing: {runners: {a: {type: script, entry_point: actions/hello.sh}}, min_pass_rate: 80, on_failure: stop}',
  ),
  'tests by `unittest` or `pytest`, and results as `json`': {
    files: {
      'pack.yaml': `${head}testing: {runners: {a: {type: pytest, entry_point: tests/test_a.py, result_format: json}}}\n`,
      'tests/test_a.py': '',
    },
    loaded: ({ testing }) =>
      assert.deepEqual(
        testing?.runners.map(({ type, results }) => [type, results]),
        [['pytest', 'json']],
      ),
  },
  'a constraint that cannot be read': pack('dependencies: [core@latest]'),
  '`python` or `nodejs` as a number': pack('python: 3.10'),
  'a constraint in `python`, `nodejs` or `runtime_deps`': pack(
    'python: ">=3.9, <4"\nnodejs: "18"\nruntime_deps: [shell, python3>=3.9, core.nodejs@20]',
    ({ runtimeNeeds }) =>
      assert.deepEqual(
        runtimeNeeds.map(({ name, runtime, constraint, bare }) => `${name} ${runtime.ref} ${constraint} ${bare}`),
        [
          'python core.python >=3.9, <4 minimum',
          'nodejs core.nodejs 18 minimum',
          'shell core.shell null tilde',
          'python3 core.python >=3.9 tilde',
          'core.nodejs core.nodejs 20 tilde',
        ],
      ),
  ),
  'a constraint in `runtime_deps` that cannot be read': pack('runtime_deps: [python@new]'),
  "a dependency that is no pack's ref": pack('dependencies: [Core, {version: "1"}, demo]'),
  '`version: 1.0` without quotes': { files: { 'pack.yaml': 'ref: demo\nlabel: x\nversion: 1.0\n' } },
  '`enabled: false` of a pack': pack('enabled: false'),
  'invalid YAML in one file': { files: { 'triggers/tick.yaml': 'ref: [demo.tick\n' } },
  'a file without `ref`': { files: { 'triggers/tick.yaml': 'label: Tick\n' } },
  'an empty file': { files: { 'triggers/tick.yaml': '# ref: demo.tick\n' } },
  'two documents in one file': { files: { 'triggers/tick.yaml': `${trigger}---\nref: demo.tock\n` } },
  'a file larger than 1 MiB': { files: { 'triggers/tick.yaml': `${trigger}# ${'x'.repeat(1024 * 1024)}\n` } },
  'a ref of another pack': { files: { 'triggers/tick.yaml': 'ref: core.tick\n' } },
  'a ref with capital letters or more dots': {
    files: { 'triggers/tick.yaml': 'ref: demo.Tick\n', 'triggers/tock.yaml': 'ref: demo.tock.tock\n' },
  },
  'two files with one ref': { files: { 'triggers/a.yaml': trigger, 'triggers/b.yml': trigger } },
  'a value of the wrong type': { files: { 'triggers/tick.yaml': `${trigger}label: 5\nenabled: "no"\n` } },
  'a value that is not allowed': { files: { 'actions/hello.yaml': `${hello}parameter_delivery: env\n` } },
  'an unknown field': { files: { 'triggers/tick.yaml': `${trigger}lable: Tick\n` } },
  'a field that no column stores': { files: { 'triggers/tick.yaml': `${trigger}type: system\n` } },
  'two spellings of one field that differ': pack('tags: [a]\nkeywords: [b]', ({ columns }) =>
    assert.deepEqual(columns.tags, ['a']),
  ),
  '`pack_ref` of another pack': { files: { 'triggers/tick.yaml': `${trigger}pack_ref: core\n` } },
  '`name` as the label of a component': {
    files: { 'triggers/tick.yaml': `${trigger}name: The tick\n`, 'triggers/t.yaml': 'ref: demo.a_b\nname: a_b\n' },
    loaded: (content) => {
      assert.equal(column(content, 'trigger', 'demo.tick', 'label'), 'The tick');
      assert.equal(column(content, 'trigger', 'demo.a_b', 'label'), 'A B');
    },
  },
  '`output_schema` of an action or trigger': schemas('output_schema', 'out_schema'),
  '`param_schema` of an action or trigger': schemas('param_schema', 'param_schema'),
  '`entrypoint` without underscore': {
    files: { 'actions/hello.yaml': 'ref: demo.hello\nentrypoint: hello.sh\n' },
    loaded: (content) => assert.equal(column(content, 'action', 'demo.hello', 'entrypoint'), 'hello.sh'),
  },
  "no `entry_point`, but a file of the action's name": {
    files: { 'actions/hello.yaml': 'ref: demo.hello\n' },
    loaded: (content) => assert.equal(column(content, 'action', 'demo.hello', 'entrypoint'), 'hello.sh'),
  },
  'no `entry_point` and no such file': { files: { 'actions/other.yaml': 'ref: demo.other\n' } },
  'a missing entry file': { files: { 'actions/hello.yaml': hello.replace('hello.sh', 'gone.sh') } },
  'a missing entry file of a native runtime': {
    files: { 'actions/tool.yaml': 'ref: demo.tool\nrunner_type: native\nentry_point: tool\n' },
    loaded: ({ missingEntries }) => assert.deepEqual(missingEntries, ['demo.tool']),
  },
  'an entry point that repeats its folder': {
    files: { 'actions/hello.yaml': hello.replace('hello.sh', 'actions/hello.sh') },
    loaded: (content) => assert.equal(column(content, 'action', 'demo.hello', 'entrypoint'), 'hello.sh'),
  },
  'an entry point outside the pack': { files: { 'actions/hello.yaml': hello.replace('hello.sh', '../../x.sh') } },
  'a shell entry point that is one word and no file': {
    files: { 'actions/hello.yaml': hello.replace('hello.sh', 'uptime') },
  },
  'a Python or Node.js file without `runner_type`': {
    files: {
      'actions/a.yaml': 'ref: demo.a\nentry_point: a.py\n',
      'actions/a.py': '',
      'actions/b.yaml': 'ref: demo.b\nentry_point: b.js\n',
      'actions/b.js': '',
    },
    loaded: (content) => {
      assert.equal(component(content, 'action', 'demo.a').names.runtime?.ref, 'core.python');
      assert.equal(component(content, 'action', 'demo.b').names.runtime?.ref, 'core.nodejs');
    },
  },
  'a sensor without a trigger': { files: withSensor('') },
  'a second trigger of a sensor': {
    files: withSensor('trigger_types: [tick, core.alert]\n'),
    loaded: (content) => assert.equal(component(content, 'sensor', 'demo.watch').names.trigger?.ref, 'demo.tick'),
  },
  '`trigger_types` as one text': {
    files: withSensor('trigger_types: core.alert\n'),
    loaded: (content) => assert.equal(component(content, 'sensor', 'demo.watch').names.trigger?.ref, 'core.alert'),
  },
  '`rules`': {
    files: { 'rules/r.yaml': 'ref: demo.r\ntrigger_ref: core.alert\naction_ref: hello\nenabled: false\n' },
    loaded: (content) => {
      const rule = component(content, 'rule', 'demo.r');
      assert.deepEqual(rule.names, { trigger: { ref: 'core.alert' }, action: { ref: 'demo.hello' } });
      assert.equal(rule.enabled, false);
      assert.deepEqual(rule.columns, {
        label: 'R',
        description: '',
        conditions: {},
        action_params: {},
        trigger_params: {},
      });
    },
  },
  '`policies`': {
    files: { 'policies/p.yaml': 'ref: demo.p\naction_ref: demo.hello\nmethod: enqueue\nthreshold: 2\n' },
    loaded: (content) => {
      const policy = component(content, 'policy', 'demo.p');
      assert.deepEqual(policy.names, { action: { ref: 'demo.hello' } });
      assert.deepEqual(policy.columns, {
        name: 'P',
        description: null,
        method: 'enqueue',
        threshold: 2,
        parameters: [],
        tags: [],
      });
    },
  },
  'a policy without `method` or `threshold`': { files: { 'policies/p.yaml': 'ref: demo.p\n' } },
  '`permission_sets`': {
    files: { 'permission_sets/s.yaml': 'ref: demo.s\ngrants: [{resource: packs, actions: [read]}]\n' },
    loaded: (content) =>
      assert.deepEqual(column(content, 'permission_set', 'demo.s', 'grants'), [
        { resource: 'packs', actions: ['read'] },
      ]),
  },
  '`versions` of a runtime': {
    files: {
      'runtimes/r.yaml': 'ref: demo.r\nversions: [{version: "3.12", is_default: true}, {version: v4.5.6-rc1}]\n',
    },
    loaded: (content) => {
      assert.deepEqual(component(content, 'runtime_version', 'demo.r@3.12').names, { runtime: { ref: 'demo.r' } });
      assert.deepEqual(component(content, 'runtime_version', 'demo.r@3.12').columns, {
        version: '3.12',
        version_major: 3,
        version_minor: 12,
        version_patch: 0,
        is_default: true,
        execution_config: {},
        distributions: {},
        meta: {},
      });
      assert.equal(column(content, 'runtime_version', 'demo.r@v4.5.6-rc1', 'version_patch'), 6);
    },
  },
  'two default versions of a runtime': {
    files: {
      'runtimes/r.yaml':
        'ref: demo.r\nversions: [{version: "1", is_default: true}, {version: "2", is_default: true}]\n',
    },
  },
  'a constraint in `runtime_version`': {
    files: { 'actions/hello.yaml': `${hello}runtime_version: ">=4.2, <6"\n` },
    loaded: (content) =>
      assert.equal(column(content, 'action', 'demo.hello', 'runtime_version_constraint'), '>=4.2, <6'),
  },
  'a constraint in `runtime_version` that cannot be read': {
    files: { 'actions/hello.yaml': `${hello}runtime_version: latest\n` },
  },
  'a `dir_name` of an environment that is not the name of one directory, or is taken': {
    files: {
      'runtimes/a.yaml': 'ref: demo.a\nexecution_config: {environment: {dir_name: ../x}}\n',
      'runtimes/b.yaml':
        'ref: demo.b\nversions: [{version: "1", execution_config: {environment: {dir_name: actions}}}]\n',
    },
  },
  'a `manifest_file` outside the pack': {
    files: {
      'runtimes/a.yaml': 'ref: demo.a\nexecution_config: {dependencies: {manifest_file: ../requirements.txt}}\n',
    },
  },
  'a placeholder in a command of a runtime that is not known': {
    files: {
      'runtimes/a.yaml':
        'ref: demo.a\nexecution_config: {environment: {create_command: ["{intepreter}", -m, venv, "{env_dir}"]}}\n',
      'runtimes/b.yaml':
        'ref: demo.b\nversions: [{version: "1", execution_config: {environment: {interpreter_path: "{venv}/bin/x"}}}]\n',
    },
  },
  'an `install_command` that is not told of the manifest': {
    files: {
      'runtimes/a.yaml':
        'ref: demo.a\nexecution_config: {dependencies: {manifest_file: package.json, install_command: [npm, install, --prefix, "{env_dir}"]}}\n',
    },
  },
  'a command of a runtime that is not a list of texts': {
    files: { 'runtimes/a.yaml': 'ref: demo.a\nexecution_config: {environment: {create_command: python3 -m venv}}\n' },
  },
  'a workflow in `actions/workflows`': {
    files: { 'actions/workflows/flow.workflow.yaml': workflow + tasks },
    loaded: (content) => assert.equal(column(content, 'workflow', 'demo.flow', 'version'), '1.0.0'),
  },
  'a workflow without an action': {
    files: { 'workflows/flow.yaml': `${workflow}parameters: {a: {type: string}}\n${tasks}` },
    loaded: (content) => {
      const action = component(content, 'action', 'demo.flow');
      assert.deepEqual(action.names, { workflow_def: { ref: 'demo.flow' } });
      assert.equal(action.columns.is_workflow, true);
      assert.equal(action.columns.entrypoint, 'workflows/flow.workflow.yaml');
      assert.deepEqual(action.columns.param_schema, { a: { type: 'string' } });
    },
  },
  '`workflow_file` of an action': {
    files: {
      'actions/run.yaml': 'ref: demo.run\nlabel: Run it\nworkflow_file: workflows/run.workflow.yaml\ntags: [t]\n',
      'actions/workflows/run.workflow.yaml': `version: 1.0.0\n${tasks}`,
    },
    loaded: (content) => {
      const action = component(content, 'action', 'demo.run');
      assert.deepEqual(action.names, { workflow_def: { ref: 'demo.run' } });
      assert.equal(action.columns.entrypoint, 'workflows/run.workflow.yaml');
      assert.equal(column(content, 'workflow', 'demo.run', 'label'), 'Run it');
      assert.deepEqual(column(content, 'workflow', 'demo.run', 'tags'), ['t']);
      assert.equal(content.components.length, 3);
    },
  },
  'a missing `workflow_file`': { files: { 'actions/run.yaml': 'ref: demo.run\nworkflow_file: workflows/run.yaml\n' } },
  '`enabled: false` of a workflow': {
    files: { 'workflows/flow.yaml': `${workflow}enabled: false\n${tasks}` },
    loaded: (content) => assert.equal(component(content, 'workflow', 'demo.flow').enabled, false),
  },
  '`on_success` as a list of conditions': {
    files: {
      'workflows/flow.yaml': `${workflow}tasks:
- {name: one, action: core.noop, publish: [{x: 1}], on_success: [{when: "{{ a }}", do: two}, two], on_failure: two}
- {name: two, action: core.noop}
`,
    },
    loaded: (content) =>
      assert.deepEqual((column(content, 'workflow', 'demo.flow', 'definition') as { tasks: Json[] }).tasks[0], {
        name: 'one',
        action: 'core.noop',
        next: [
          { when: '{{ succeeded() and (a) }}', do: ['two'], publish: [{ x: 1 }] },
          { when: '{{ succeeded() }}', do: ['two'], publish: [{ x: 1 }] },
          { when: '{{ failed() }}', do: ['two'] },
        ],
      }),
  },
  '`vars` as a list': {
    files: { 'workflows/flow.yaml': `${workflow}vars: [{a: 1}, {b: null}]\n${tasks}` },
    loaded: (content) =>
      assert.deepEqual((column(content, 'workflow', 'demo.flow', 'definition') as { vars: Json }).vars, {
        a: 1,
        b: null,
      }),
  },
  'a task without a name or an action': {
    files: { 'workflows/flow.yaml': `${workflow}tasks: [{action: core.noop}, {name: two}]\n` },
  },
  'a transition to a task that does not exist': {
    files: { 'workflows/flow.yaml': `${workflow}tasks: [{name: one, action: core.noop, next: [{do: [gone]}]}]\n` },
  },
  '`queues`, `dashboards` or `caches`': {
    files: { 'queues/q.yaml': 'ref: demo.q\n', 'caches/c.yaml': 'ref: demo.c\n' },
  },
  'a misspelt folder': { files: { 'trigger/tick.yaml': trigger } },
  "YAML files deeper in a component's folder": { files: { 'triggers/more/tick.yaml': trigger } },
  'a name that ends in `.YAML`': { files: { 'triggers/tick.YAML': trigger } },
  'a symbolic link': { files: {}, links: { 'actions/link.sh': 'hello.sh' } },
};

function pack(more: string, loaded?: (content: PackContent) => void): Case {
  const label = more.startsWith('label:') ? '' : 'label: A pack\n';
  const files = { 'pack.yaml': `ref: demo\nversion: 1.0.0\n${label}${more}\n` };
  return loaded === undefined ? { files } : { files, loaded };
}

function schemas(field: string, columnName: string): Case {
  const more = `${field}: {a: {type: string}}\n`;
  return {
    files: { 'actions/hello.yaml': hello + more, 'triggers/tick.yaml': trigger + more },
    loaded: (content) => {
      assert.deepEqual(column(content, 'action', 'demo.hello', columnName), { a: { type: 'string' } });
      assert.deepEqual(column(content, 'trigger', 'demo.tick', columnName), { a: { type: 'string' } });
    },
  };
}

function component(content: PackContent, kind: KindName, ref: string): Component {
  const found = content.components.find((one) => one.kind === kind && one.ref === ref);
  assert.ok(found, `${kind} ${ref} was not loaded`);
  return found;
}

function column(content: PackContent, kind: KindName, ref: string, name: string): Json | undefined {
  return component(content, kind, ref).columns[name];
}
