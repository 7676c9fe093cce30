import { hasErrors, type Problem, problem } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { decodeUtf8 } from '../../yaml/decode-utf8.ts';
import { readYaml, type YamlDocument } from '../../yaml/read-yaml.ts';

/** What a YAML file of a pack holds. */
export interface YamlReading {
  /** Null where it is not one sound mapping. */
  readonly document: YamlDocument | null;
  readonly problems: readonly Problem[];
}

/** Reads the one document of a file. Pure: the same bytes give the same result. */
export function parseYamlFile(path: string, bytes: Buffer): YamlReading {
  const { text, problems: unreadable } = decodeUtf8(bytes, path);
  if (text === null) return { document: null, problems: unreadable };
  const { documents, problems } = readYaml(text, path);
  if (hasErrors(problems)) return { document: null, problems };
  const fail = (code: string, message: string): YamlReading => ({
    document: null,
    problems: [...problems, problem('error', code, message, { where: { file: path, line: 1, column: 1 } })],
  });
  const [document, second] = documents;
  if (document === undefined) return fail('empty-file', `${path} holds nothing.`);
  if (second !== undefined) return fail('several-documents', `${path} holds more than one YAML document.`);
  return isObject(document.value) ? { document, problems } : fail('wrong-type', `${path} must hold a mapping.`);
}
