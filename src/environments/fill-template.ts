import { type Placeholder, placeholders } from '../packs/placeholders.ts';

/** What the places of a template stand for (seed 004). Paths are absolute. */
export interface TemplateValues {
  readonly packDirectory: string;
  readonly environmentDirectory: string;
  /** The environment's name in a pack's directory. */
  readonly name: string;
  readonly interpreter: string;
  readonly manifestPath: string;
}

/**
 * One argument of a command, or a path, as its author's template says. What is no place of a template stays as it is. The
 * pack's directory is a copy: what a template calls `{pack_dir}/.venv` is the environment, and not something in there.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  const known: Readonly<Record<Placeholder, string>> = {
    pack_dir: values.packDirectory,
    env_dir: values.environmentDirectory,
    interpreter: values.interpreter,
    manifest_path: values.manifestPath,
  };
  const name = values.name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const own = new RegExp(`\\{pack_dir\\}/${name}(?![\\w.-])`, 'g');
  return template
    .replace(own, '{env_dir}')
    .replace(/\{(\w+)\}/g, (place, key: string) => (isKnown(key) ? known[key] : place));
}

function isKnown(key: string): key is Placeholder {
  return placeholders.some((one) => one === key);
}
