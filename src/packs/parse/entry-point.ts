import { addError, addWarning, type Place } from '../fields/findings.ts';
import { type Found, findInside } from '../files/find-inside.ts';
import type { ComponentFile, PackReading } from './pack-reading.ts';

/** Extensions Attune's own script looks for beside an action that names no entry file. */
const usualExtensions = ['sh', 'py', 'js'];
/** A single word that looks like a file: with an extension or in a directory. */
const fileName = /^[^\s;|&$`"'<>(){}]*(?:\/|\.[A-Za-z0-9]+$)[^\s;|&$`"'<>(){}]*$/;

interface Entry {
  readonly folder: 'actions' | 'sensors';
  /** What runs it, as a ref. */
  readonly runtime: string;
  readonly isNative: boolean;
}

/** The entry point as given, or the usual file of the component's name where none is given. */
export function givenEntryPoint({ fields, name }: ComponentFile, folder: string, reading: PackReading): string {
  const given = fields.values.get('entry_point');
  if (typeof given === 'string' && given !== '') return given;
  const usual = usualExtensions.map((extension) => `${name}.${extension}`);
  return usual.find((file) => reading.paths.has(`${folder}/${file}`)) ?? '';
}

/**
 * The entry point as its column stores it. The file must be in the pack; a native one may be shipped outside
 * git and is only noted, and for the shell runtime a text that is no file name is an inline script.
 */
export function checkEntryPoint(given: string, entry: Entry, file: ComponentFile, reading: PackReading): string {
  const place = file.fields.at('entry_point');
  const { findings } = reading;
  if (given === '') {
    const message = `${file.ref} has no \`entry_point\`, and there is no ${entry.folder}/${file.name}.sh, .py or .js.`;
    addError(findings, 'missing-entry-point', message, place);
    return given;
  }
  const isShell = entry.runtime === 'core.shell' && entry.folder === 'actions';
  if (isShell && /\s/.test(given)) return given;
  const found = findInside(entry.folder, given, reading.paths);
  if (found.type === 'found') return warnOfFolder(found, entry.folder, place, reading);
  if (found.type === 'outside') {
    addError(findings, 'path-outside-pack', `The entry file ${given} is not inside the pack.`, place);
  } else if (entry.isNative) {
    const message = `${found.path} is missing; native entry files may be shipped outside the pack's source.`;
    addWarning(findings, 'native-entry-missing', message, place);
    reading.missingEntries.push(file.ref);
  } else if (isShell && !fileName.test(given)) {
    addWarning(
      findings,
      'inline-entry',
      `There is no ${found.path}: Attune runs \`${given}\` as a shell command.`,
      place,
    );
  } else addError(findings, 'missing-entry-file', `The entry file ${found.path} is missing.`, place);
  return given;
}

/** What to store for a path that was found, and a warning where it repeats its folder. */
export function warnOfFolder(
  found: Extract<Found, { type: 'found' }>,
  folder: string,
  place: Place,
  { findings }: PackReading,
): string {
  if (found.repeatsFolder) {
    const message = `The path repeats its folder: Attune would look for ${folder}/${found.path}. ${found.given} is taken.`;
    addWarning(findings, 'path-repeats-folder', message, place, { hint: `Write ${found.given}.` });
  }
  return found.given;
}
