import picocolors from 'picocolors';

/** Turns plain text into coloured text, or leaves it as it is. */
export type Colour = (text: string) => string;

export interface Paint {
  readonly bold: Colour;
  readonly dim: Colour;
  readonly green: Colour;
  readonly red: Colour;
  readonly yellow: Colour;
  readonly cyan: Colour;
}

/** Without colour every function gives back its text, so that callers need no second way. */
export function createPaint(color: boolean): Paint {
  const { bold, dim, green, red, yellow, cyan } = picocolors.createColors(color);
  const some =
    (colour: Colour): Colour =>
    (text) =>
      text === '' ? '' : colour(text);
  return {
    bold: some(bold),
    dim: some(dim),
    green: some(green),
    red: some(red),
    yellow: some(yellow),
    cyan: some(cyan),
  };
}
