import fc from 'fast-check';
import { authorEdits, type Choice, type Edit } from './author-edits.ts';
import { documentEdits } from './document-edits.ts';
import { personEdits } from './person-edits.ts';

export interface History {
  /** What the packs hold when they are installed first. */
  readonly parts: readonly Choice[];
  readonly rounds: readonly Round[];
}

export interface Round {
  readonly edits: readonly Choice[];
  readonly operation: Operation;
  readonly pack: number;
}

export type Operation =
  | 'apply'
  | 'rollback'
  | 'remove'
  | 'forget'
  | 'override drop'
  | 'preserved restore'
  | 'reinstall';

export const edits: Readonly<Record<string, Edit>> = { ...authorEdits, ...documentEdits, ...personEdits };

/** Small numbers come more often, so that one history is about few things. */
const number = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 2, arbitrary: fc.nat(29) });
const choiceOf = (names: readonly string[]): fc.Arbitrary<Choice> =>
  fc.noShrink(
    fc.record({
      edit: fc.constantFrom(...names),
      pack: fc.constantFrom(0, 0, 0, 1, 2),
      one: number,
      two: number,
      three: number,
    }),
  );

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Operation>('apply') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Operation>(
      'rollback',
      'remove',
      'forget',
      'override drop',
      'preserved restore',
      'reinstall',
    ),
  },
);

export const history: fc.Arbitrary<History> = fc.record({
  parts: fc.array(choiceOf(['add']), { minLength: 2, maxLength: 9, size: 'max' }),
  rounds: fc.array(
    fc.record({
      edits: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: choiceOf(Object.keys(authorEdits)) },
          { weight: 2, arbitrary: choiceOf(Object.keys(documentEdits)) },
          { weight: 4, arbitrary: choiceOf(Object.keys(personEdits)) },
        ),
        { minLength: 2, maxLength: 5, size: 'max' },
      ),
      operation,
      pack: fc.constantFrom(0, 0, 1, 2),
    }),
    { minLength: 2, maxLength: 3, size: 'max' },
  ),
});
