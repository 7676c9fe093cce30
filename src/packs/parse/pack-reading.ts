import type { YamlDocument } from '../../yaml/read-yaml.ts';
import type { Component } from '../content.ts';
import type { Findings } from '../fields/findings.ts';
import type { Fields } from '../fields/parse-fields.ts';

/** One pack while it is read: what all its parts need, and what they find. */
export interface PackReading {
  /** Null where pack.yaml does not give a usable one; then prefixes are not checked. */
  readonly packRef: string | null;
  /** Every file of the pack. */
  readonly paths: ReadonlySet<string>;
  /** The one document of a YAML file; null, and a problem, where there is none. The same file is parsed once. */
  readonly open: (path: string) => YamlDocument | null;
  readonly findings: Findings;
  readonly components: Component[];
  /** Refs of runtimes that run the entry file itself. */
  readonly nativeRuntimes: Set<string>;
  readonly missingEntries: string[];
  /** Workflow files that an action names. */
  readonly workflowFiles: Set<string>;
}

/** A component's file, read by the table of its kind. */
export interface ComponentFile {
  readonly path: string;
  readonly document: YamlDocument;
  readonly ref: string;
  /** The last part of the ref. */
  readonly name: string;
  readonly fields: Fields;
}
