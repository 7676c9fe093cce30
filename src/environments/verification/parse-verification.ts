import { isObject, type Json } from '../../json.ts';

/** One command that tells whether a runtime is there. */
export interface Check {
  readonly argv: readonly string[];
  readonly exitCode: number;
  /** Looked for in what it writes to either stream; null: its exit code alone counts. */
  readonly pattern: string | null;
  /** That it fails is expected where another one tells. */
  readonly optional: boolean;
  /** Of which version it must be, as far as it tells; without one, of any. */
  readonly version?: string;
}

/** How a runtime or a version of it is verified: by the first check that succeeds, or by none. */
export interface Verification {
  /** Why nothing is run: the runtime is there in any case; null where checks decide. */
  readonly assumed: string | null;
  /** In the order in which they are tried. */
  readonly checks: readonly Check[];
  /** Sentences about what could not be read there, or asked. */
  readonly unread: readonly string[];
}

const mostChecks = 16;

/**
 * What `verification` of a runtime's `distributions` says (seed 004, Attune's own reading): commands by `priority`, the
 * lowest first. Where none is given, the interpreter is asked for its version.
 *
 * @param distributions and `config` (the `execution_config` that counts) as rows hold them: anything
 * @param version of which it is; null: the runtime itself, which is there where nothing has to be
 */
export function parseVerification(distributions: Json, config: Json, version: string | null = null): Verification {
  const verification = member(distributions, 'verification');
  if (member(verification, 'always_available') === true) return assume('always available');
  if (member(verification, 'check_required') === false) return assume('no check is required');
  const commands = member(verification, 'commands');
  const given = Array.isArray(commands) ? (commands as readonly Json[]) : [];
  const read = given.slice(0, mostChecks).map(parseCheck);
  const checks = read
    .flatMap((one) => (typeof one === 'string' ? [] : [one]))
    .sort((one, other) => one.priority - other.priority)
    .map(({ priority: _, ...check }) => check);
  const unread = [
    ...read.flatMap((one, index) => (typeof one === 'string' ? [`command ${index + 1} ${one}`] : [])),
    ...(given.length > mostChecks ? [`only the first ${mostChecks} of ${given.length} commands are read`] : []),
  ];
  if (given.length > 0) return { assumed: null, checks, unread };
  const binary = member(member(config, 'interpreter'), 'binary');
  if (typeof binary !== 'string' || ['', 'none', 'native'].includes(binary)) {
    if (version === null) return assume('it has no interpreter');
    return { assumed: null, checks: [], unread: ['it has no interpreter to ask'] };
  }
  const check = { argv: [binary, '--version'], exitCode: 0, pattern: null, optional: false };
  return { assumed: null, checks: [version === null ? check : { ...check, version }], unread };
}

function assume(assumed: string): Verification {
  return { assumed, checks: [], unread: [] };
}

/** A sentence without its subject where it cannot be read. */
function parseCheck(written: Json): (Check & { readonly priority: number }) | string {
  if (!isObject(written)) return 'is no mapping';
  const { binary, args = [], exit_code: exitCode = 0, pattern = null, priority = 100, optional = false } = written;
  if (typeof binary !== 'string' || !isArgument(binary) || binary === '') return 'names no binary';
  if (!Array.isArray(args) || !args.every(isArgument)) return 'has arguments that are no texts';
  if (typeof exitCode !== 'number') return 'has an exit_code that is no number';
  if (pattern !== null && typeof pattern !== 'string') return 'has a pattern that is no text';
  return {
    argv: [binary, ...(args as string[])],
    exitCode,
    pattern,
    optional: optional === true,
    priority: typeof priority === 'number' ? priority : 100,
  };
}

function isArgument(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}
