/**
 * How digits are written: each as several paths in a unit square (x to the right, y down), in the way of different hands.
 *
 * Invariant: paths hold absolute commands only: M x y, L x y, C x1 y1 x2 y2 x y.
 *
 * Reference: https://www.w3.org/TR/SVG2/paths.html
 */

/** Written forms of each digit, by digit. */
export const HANDS: readonly (readonly string[])[] = [
  ['M.5 .08 C.2 .08 .2 .92 .5 .92 C.8 .92 .8 .08 .5 .08', 'M.52 .14 C.08 .14 .12 .88 .5 .88 C.9 .88 .9 .14 .48 .14'],
  ['M.5 .08 L.5 .92', 'M.32 .28 L.54 .08 L.54 .92', 'M.32 .26 L.54 .08 L.54 .92 M.32 .92 L.76 .92'],
  ['M.22 .3 C.22 .02 .78 .02 .78 .3 C.78 .52 .3 .7 .2 .92 L.8 .92', 'M.25 .25 C.3 .02 .75 .05 .75 .3 C.75 .55 .4 .65 .22 .9 C.4 .8 .6 .96 .8 .88'],
  ['M.24 .16 C.5 -.02 .78 .12 .74 .3 C.72 .44 .56 .48 .44 .48 C.6 .48 .8 .54 .78 .72 C.76 .96 .4 1 .22 .82', 'M.24 .1 L.74 .1 L.46 .42 C.86 .42 .84 .92 .5 .92 C.36 .92 .27 .88 .22 .8'],
  ['M.62 .92 L.62 .08 L.18 .64 L.84 .64', 'M.28 .08 L.24 .52 L.78 .52 M.66 .1 L.62 .94'],
  ['M.74 .1 L.32 .1 L.28 .46 C.46 .36 .8 .42 .78 .68 C.76 .96 .38 .98 .22 .82', 'M.72 .08 L.34 .12 L.3 .44 C.7 .34 .84 .6 .7 .8 C.56 .96 .34 .94 .24 .86'],
  ['M.68 .1 C.4 .14 .24 .42 .24 .66 C.24 .98 .76 .98 .76 .68 C.76 .42 .34 .42 .26 .66', 'M.6 .06 C.3 .3 .2 .6 .26 .76 C.36 1 .78 .92 .74 .66 C.7 .44 .34 .5 .27 .7'],
  ['M.2 .1 L.8 .1 L.42 .92', 'M.2 .1 L.8 .1 L.4 .92 M.34 .5 L.7 .5'],
  ['M.5 .48 C.2 .4 .24 .08 .5 .08 C.76 .08 .8 .4 .5 .48 C.14 .56 .18 .92 .5 .92 C.82 .92 .86 .56 .5 .48', 'M.7 .2 C.6 .02 .26 .06 .3 .28 C.34 .48 .74 .5 .74 .72 C.74 .98 .24 .98 .26 .72 C.28 .5 .66 .46 .7 .2'],
  ['M.74 .34 C.7 .62 .26 .6 .26 .32 C.26 .02 .74 .02 .74 .34 C.74 .6 .66 .8 .5 .92', 'M.72 .3 C.7 .56 .28 .56 .28 .3 C.28 .04 .72 .04 .72 .3 L.7 .92'],
];

export type Point = readonly [number, number];
export type Segment = readonly [Point, Point];

const STEPS = 10;

/** A path as straight pieces. */
export function flatten(path: string): Segment[] {
  const segments: Segment[] = [];
  let at: Point = [0, 0];
  for (const [, command, text] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const n = text.trim().split(/\s+/).map(Number);
    const end: Point = [n[n.length - 2], n[n.length - 1]];
    if (command === 'L') segments.push([at, end]);
    else if (command === 'C') segments.push(...curve(at, [n[0], n[1]], [n[2], n[3]], end));
    at = end;
  }
  return segments;
}

/** A cubic Bézier curve as straight pieces. */
function curve(a: Point, b: Point, c: Point, d: Point): Segment[] {
  const at = (t: number): Point => {
    const s = 1 - t;
    const mix = (i: 0 | 1): number => s * s * s * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t * t * t * d[i];
    return [mix(0), mix(1)];
  };
  return Array.from({ length: STEPS }, (_, i): Segment => [at(i / STEPS), at((i + 1) / STEPS)]);
}
