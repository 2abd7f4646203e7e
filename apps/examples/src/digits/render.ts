/**
 * Rendering digits: a written form, moved, turned, slanted, thickened and spoilt a little, as 28×28 grey values.
 *
 * Invariant: an image is a function of the generator's state alone, so a seed fixes a whole data set.
 */
import { flatten, HANDS, type Point, type Segment } from './strokes.js';

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** A stream of numbers in [0, 1). */
export type Generator = () => number;

/** splitmix32. */
export function generator(seed: number): Generator {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return ((t ^ (t >>> 15)) >>> 0) / 2 ** 32;
  };
}

const STROKES = HANDS.map((hands) => hands.map(flatten));
const between = (random: Generator, low: number, high: number): number => low + (high - low) * random();

/** A random map of the plane around the middle of the digit, from unit coordinates to pixels. */
function placement(random: Generator): (p: Point) => Point {
  const angle = between(random, -0.25, 0.25);
  const slant = between(random, -0.25, 0.25);
  const width = between(random, 15, 21);
  const height = between(random, 17, 22);
  const [dx, dy] = [between(random, -2.5, 2.5), between(random, -2.5, 2.5)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([px, py]) => {
    const y = (py - 0.5) * height;
    const x = (px - 0.5) * width - slant * y;
    return [cos * x - sin * y + SIDE / 2 + dx, sin * x + cos * y + SIDE / 2 + dy];
  };
}

function distance(x: number, y: number, [[ax, ay], [bx, by]]: Segment): number {
  const [ux, uy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1)));
  return Math.hypot(x - ax - along * ux, y - ay - along * uy);
}

/** Draws `digit` into `image` at `offset`: grey values from 0 (paper) to 1 (ink). */
export function drawDigit(digit: number, random: Generator, image: Float32Array, offset: number): void {
  const hands = STROKES[digit];
  const place = placement(random);
  const wobble = (): number => between(random, -0.35, 0.35);
  const segments = hands[Math.floor(random() * hands.length)].map(([a, b]): Segment => [place(a), place(b)]);
  const moved = segments.map(([a, b]): Segment => [a, [b[0] + wobble(), b[1] + wobble()]]);
  const thickness = between(random, 0.8, 1.7);
  const noise = between(random, 0, 0.12);
  const ink = new Float32Array(PIXELS);
  for (const segment of moved) inkSegment(segment, thickness, ink);
  for (let i = 0; i < PIXELS; i++) {
    image[offset + i] = Math.max(0, Math.min(1, ink[i] + noise * (random() - 0.5) * 2));
  }
}

/** Darkens the pixels of `ink` that are within `thickness` of a segment. */
export function inkSegment(segment: Segment, thickness: number, ink: Float32Array): void {
  const [[ax, ay], [bx, by]] = segment;
  const reach = thickness + 1;
  const bound = (v: number): number => Math.max(0, Math.min(SIDE - 1, Math.floor(v)));
  for (let row = bound(Math.min(ay, by) - reach); row <= bound(Math.max(ay, by) + reach); row++) {
    for (let column = bound(Math.min(ax, bx) - reach); column <= bound(Math.max(ax, bx) + reach); column++) {
      const i = row * SIDE + column;
      ink[i] = Math.max(ink[i], Math.min(1, thickness + 0.5 - distance(column + 0.5, row + 0.5, segment)));
    }
  }
}

export interface Digits {
  /** [count, 784], row by row. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

/** `count` digits of these classes, drawn by chance; a label is a position in `classes`. Equal seeds give equal images. */
export function renderDigits(count: number, seed: number, classes: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]): Digits {
  const random = generator(seed);
  const images = new Float32Array(count * PIXELS);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = Math.floor(random() * classes.length);
    drawDigit(classes[labels[i]], random, images, i * PIXELS);
  }
  return { images, labels, count };
}
