import type { DatabaseContext } from '../../../context.ts';
import type { RuntimeConfig } from '../../../environments/environment.ts';
import { findPrograms, searchPath } from '../../../environments/facts/find-program.ts';
import { findUser } from '../../../environments/find-user.ts';
import type { RunUser } from '../../../environments/run-command.ts';
import { configOf } from '../../../plan/environments/list-candidates.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import type { RuntimeEntry } from '../../queries/read-runtimes.ts';
import { listRuntimes } from '../../runtimes/list-runtimes.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';
import { runProgram } from '../run-program.ts';
import { nameSome } from './check-runtimes.ts';

/** The programs that environments of packs are built with, for the user that builds. */
export async function checkTools(context: DatabaseContext): Promise<readonly Finding[]> {
  const { environments } = context.config;
  if (environments.build !== 'here')
    return [skipped(`environments.build is ${environments.build}: no environment is built on this machine.`)];
  const user = environments.runAs === undefined ? undefined : await findUser(environments.runAs);
  const { runtimes } = await listRuntimes(context);
  const needs = listNeeds(runtimes);
  if (needs.size === 0) return [skipped('No runtime that packs use builds environments.')];
  const path = searchPath(context.environment, environments.variables);
  const found = await Promise.all([...needs].map(([program, need]) => checkProgram(program, need, path, user)));
  const wrong = found.flat();
  const there = countOf(needs.size - wrong.length, 'program');
  return [
    ...(wrong.length < needs.size ? [ok(`${there} that environments are built with can be used.`)] : []),
    ...wrong,
  ];
}

interface Need {
  readonly runtimes: Set<string>;
  readonly packs: Set<string>;
  /** Of Python, which distributions keep in packages of their own. */
  readonly modules: Set<string>;
}

function listNeeds(runtimes: readonly RuntimeEntry[]): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>();
  for (const runtime of runtimes) {
    if (runtime.usedBy.length === 0) continue;
    const version = runtime.versions.find(({ isDefault }) => isDefault)?.version ?? null;
    for (const [program, modules] of listPrograms(configOf(runtime, version).config)) {
      const need = needs.get(program) ?? { runtimes: new Set(), packs: new Set(), modules: new Set() };
      need.runtimes.add(runtime.ref);
      for (const pack of runtime.usedBy) need.packs.add(pack);
      for (const one of modules) need.modules.add(one);
      needs.set(program, need);
    }
  }
  return needs;
}

/** Those that are not in the environment itself, each with the modules that it is called with. */
function listPrograms({ interpreter, environment, dependencies }: RuntimeConfig): [string, readonly string[]][] {
  const [maker = '', ...making] = environment?.create ?? [];
  const [installer = '', ...installing] = dependencies?.install ?? [];
  const machine = interpreter?.binary ?? '';
  const isOwn = environment?.interpreterPath != null;
  const commands: [string, readonly string[]][] = [
    [maker === '{interpreter}' ? machine : maker, making],
    [installer === '{interpreter}' && !isOwn ? machine : installer, installing],
  ];
  return commands.flatMap(([program, args]): [string, readonly string[]][] =>
    program === '' || program.includes('{') ? [] : [[program, listModules(args)]],
  );
}

function listModules([option, module = '', ...rest]: readonly string[]): readonly string[] {
  if (option !== '-m' || !/^\w+(\.\w+)*$/.test(module)) return [];
  return module === 'venv' && !rest.includes('--without-pip') ? [module, 'ensurepip'] : [module];
}

async function checkProgram(program: string, need: Need, path: string, user?: RunUser): Promise<readonly Finding[]> {
  const { runtimes, packs, modules } = need;
  const whose = `Environments of ${nameSome([...packs].sort())} (${[...runtimes].sort().join(', ')}) are built with`;
  const [file] = findPrograms(program, path);
  if (file === undefined) {
    const message = `${whose} ${program}, which is not on this machine.`;
    return [warning('program-missing', message, 'Install it, or name where it is in environments.variables.PATH.')];
  }
  if (modules.size === 0) return [];
  const named = [...modules].join(', ');
  if ((await runProgram([file, '-c', `import ${named}`], path, user)) !== null) return [];
  const message = `${whose} ${file}, which lacks one of its modules ${named}.`;
  return [warning('program-incomplete', message, 'On Debian and Ubuntu: apt-get install python3-venv python3-pip.')];
}
