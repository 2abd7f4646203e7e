/**
 * The pieces that figures are drawn with, as SVG text.
 *
 * Invariant: colours are classes, which the page's style sheet gives a value in the light and in the dark; sizes are in
 * units of the view box, which is 360 wide so that text stays readable on a phone.
 *
 * Reference: https://www.w3.org/TR/SVG2/
 */

export const WIDTH = 360;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const round = (x: number): string => String(Math.round(x * 100) / 100);

/** A whole figure; its title is what a screen reader says. */
export function svg(title: string, height: number, ...parts: readonly string[]): string {
  const name = escape(title);
  return `<svg class="figure" role="img" aria-label="${name}" viewBox="0 0 ${WIDTH} ${height}"><title>${name}</title>${parts.join('')}</svg>`;
}

export interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly kind?: 'plain' | 'small' | 'quiet' | 'strong' | 'accent' | 'warm';
  /** Degrees around its own position. */
  readonly turn?: number;
}

/** One line of text, its middle at height `y`. */
export function text(x: number, y: number, content: string, { anchor = 'middle', kind = 'plain', turn }: TextStyle = {}): string {
  const rotate = turn === undefined ? '' : ` transform="rotate(${turn} ${round(x)} ${round(y)})"`;
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" dominant-baseline="central"${rotate}>${escape(content)}</text>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, kind = 'stroke'): string =>
  `<line class="${kind}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;

export const rect = (x: number, y: number, width: number, height: number, kind = 'box', radius = 6): string =>
  `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;

export const circle = (x: number, y: number, radius: number, kind = 'box'): string =>
  `<circle class="${kind}" cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"/>`;

export const polyline = (points: readonly (readonly [number, number])[], kind = 'curve'): string =>
  `<polyline class="${kind}" points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}"/>`;

/** A line to the right with a head. */
export const arrow = (x1: number, y: number, x2: number): string =>
  `${line(x1, y, x2 - 5, y)}<path class="head" d="M${round(x2)} ${round(y)} l-7 -4 v8 z"/>`;
