import { nearest } from '../../yaml/nearest.ts';
import { addError, addWarning, type Findings, type Place } from '../fields/findings.ts';
import { placeholders } from '../placeholders.ts';

/** The parts of an `execution_config` in which placeholders stand; what is of a wrong type counts as not given. */
export interface Templates {
  readonly create: readonly string[];
  readonly install: readonly string[];
  readonly interpreterPath: string | undefined;
  readonly manifest: string | undefined;
}

type PlaceOf = (section: string, field: string, index?: number) => Place;

/**
 * Finds placeholders that nobody fills, and commands that install what they were never told of: a build would only say
 * that some file called `{intepreter}` is not there, or that all is well.
 */
export function checkPlaceholders(templates: Templates, placeOf: PlaceOf, findings: Findings): void {
  const { create, install, interpreterPath, manifest } = templates;
  for (const [index, part] of create.entries()) {
    checkPart(part, 'create_command', placeOf('environment', 'create_command', index), findings);
  }
  if (interpreterPath !== undefined) {
    checkPart(interpreterPath, 'interpreter_path', placeOf('environment', 'interpreter_path'), findings);
  }
  for (const [index, part] of install.entries()) {
    checkPart(part, 'install_command', placeOf('dependencies', 'install_command', index), findings);
  }
  const named = ['{manifest_path}', '{pack_dir}', ...(manifest === undefined ? [] : [manifest])];
  const knowsManifest = [...create, ...install].some((part) => part === '.' || named.some((one) => part.includes(one)));
  if (install.length === 0 || knowsManifest) return;
  const message =
    '`install_command` names neither `{manifest_path}` nor `{pack_dir}`, nor does `create_command`: it installs what the manifest names only where its program looks for it in the working directory.';
  addWarning(findings, 'manifest-not-named', message, placeOf('dependencies', 'install_command'), {
    hint: 'Name {manifest_path}; for `npm install --prefix {env_dir}`, copy it to {env_dir} in create_command.',
  });
}

function checkPart(part: string, field: string, place: Place, findings: Findings): void {
  const unknown = [...part.matchAll(/(?<![${])\{([A-Za-z_]\w*)\}(?!\})/g)]
    .map(({ 1: name = '' }) => name)
    .find((name) => isMeant(name, part));
  if (unknown === undefined) return;
  const known = placeholders.map((name) => `{${name}}`).join(', ');
  if (unknown === 'action_file') {
    const message = `\`{action_file}\` cannot stand in \`${field}\`: an environment is made before any action is run.`;
    addError(findings, 'unknown-placeholder', message, place, { hint: `Known are ${known}.` });
    return;
  }
  const meant = nearest(unknown, placeholders);
  const hint = meant === undefined ? `Known are ${known}.` : `Did you mean {${meant}}?`;
  addError(findings, 'unknown-placeholder', `\`${field}\` has the unknown placeholder \`{${unknown}}\`.`, place, {
    hint,
  });
}

/**
 * Whether a word in braces was meant as a placeholder. In a script (`awk '{print}'`, an f-string of Python) it mostly is
 * not: only what is like a known one counts there. What has no blanks is a path or an option.
 */
function isMeant(name: string, part: string): boolean {
  if (placeholders.some((known) => known === name)) return false;
  return !/\s/.test(part) || /_(?:dir|path|file)$/i.test(name) || nearest(name, placeholders) !== undefined;
}
