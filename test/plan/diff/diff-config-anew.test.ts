import { applied } from '../build.ts';
import {
  bare,
  byDefault,
  byDocument,
  type Cell,
  installed,
  lost,
  reset,
  set,
  testCells,
  then,
} from './config-cells.ts';

/** Attune, or somebody, made the row of the pack anew or deleted it: what is missing there is nobody's wish. */
const cells: readonly Cell[] = [
  {
    name: 'another made the row anew, a person had set the key',
    pack: byDefault,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'repair: override, override theirs',
  },
  {
    name: 'the same, drift is reported',
    pack: byDefault,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    drift: 'report',
    expected: 'nothing',
  },
  {
    name: 'another made the row anew with the default, a person had set the key',
    pack: byDefault,
    actual: set(reset(then(set(installed, { url: 'theirs' }), byDefault)), { url: 'default' }),
    expected: 'repair: override, override theirs',
  },
  {
    name: 'another made the row anew and a person set the key since',
    pack: byDefault,
    actual: set(reset(then(set(installed, { url: 'theirs' }), byDefault)), { url: 'since' }),
    expected: 'nothing, override since',
  },
  {
    name: 'another made the row anew, a person had a key of their own',
    pack: bare,
    actual: reset(then(set(applied([bare]), { url: 'theirs' }), bare)),
    expected: 'repair: override, override of a key of their own',
  },
  {
    name: 'another made the row anew, the document had decided',
    pack: byDocument,
    actual: reset(applied([byDocument])),
    expected: 'repair: document',
  },
  {
    name: 'another made the row anew, the default stood',
    pack: byDefault,
    actual: reset(installed),
    expected: 'repair: default',
  },
  {
    name: 'another made the row anew and now the document decides: what a person had set is set aside',
    pack: byDocument,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'configure: document, preserved, override ends',
  },
  {
    name: 'another deleted the pack, a person had set the key',
    pack: byDefault,
    actual: lost(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'install: override, override theirs',
  },
];

testCells(cells);
