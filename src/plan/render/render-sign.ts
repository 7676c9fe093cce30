import type { Colour, Paint } from '../../text/paint.ts';
import type { PackChange } from '../plan.ts';

export type Sign = '+' | '~' | '-' | '=' | '!' | '?';

const signs = {
  install: '+',
  reinstall: '~',
  configure: '~',
  repair: '~',
  adopt: '=',
  remove: '-',
  forget: '=',
} as const;

/** `+` install, `~` reinstall, configure and repair, `-` remove, `=` adopt or forget, `!` blocked. */
export function signOf(change: PackChange): Sign {
  return change.blocks.length > 0 ? '!' : signs[change.action];
}

/** Red for what goes, is blocked or cannot be read. */
export function colourOf(sign: Sign, paint: Paint): Colour {
  if (sign === '+') return paint.green;
  if (sign === '~') return paint.yellow;
  if (sign === '=') return paint.cyan;
  return paint.red;
}
