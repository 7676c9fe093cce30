import type { Json } from '../../json.ts';
import type { KindName } from '../kinds.ts';

/**
 * What a field may hold. `texts`: a list of texts, or one text alone; `mapping`: keys and values;
 * `structure`: a mapping or a list. Nothing is converted from one to another.
 */
export type FieldType = 'text' | 'texts' | 'boolean' | 'integer' | 'mapping' | 'list' | 'structure' | 'any';

/** One field of a pack's file: how it is spelt, what it may hold, where it goes. */
export interface Field {
  readonly name: string;
  /** Other spellings, older or from Attune's documentation; the name wins where both are given. */
  readonly aliases?: readonly string[];
  readonly type: FieldType;
  /** The column that stores it. Without one it is used by the reader itself. */
  readonly column?: string;
  /** The link column that holds what it names by ref; short names belong to the same pack. */
  readonly link?: string;
  /** Where the file does not give it. A function gets the last part of the ref. */
  readonly default?: Json | ((name: string) => Json);
  /** The code of the problem where the file does not give it. */
  readonly required?: string;
  readonly oneOf?: readonly string[];
  readonly minimum?: number;
  /** Characters. */
  readonly longest?: number;
  /** An alias that only repeats the ref's last part identifies the component and says nothing about this field. */
  readonly aliasMayBeIdentifier?: true;
}

/** Every field of one kind of file. */
export interface Format {
  readonly kind: KindName | 'pack';
  /** What a person calls one of them. */
  readonly noun: string;
  readonly fields: readonly Field[];
  /** Fields that Attune knows and no column stores: reported unless they hold the value given here, which changes nothing. */
  readonly unstored: Readonly<Record<string, Json | undefined>>;
  /** Fields that have their use outside the database (a registry index, tests): passed over. */
  readonly elsewhere: readonly string[];
}
