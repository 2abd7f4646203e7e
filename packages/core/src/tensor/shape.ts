/**
 * Shapes: sizes of dimensions, their broadcasting, and the checks of dimension arguments.
 *
 * Invariant: a shape is an array of non-negative integers; a dimension argument may be negative and is made
 * non-negative here, once, with an IndexError when it is out of range.
 *
 * Reference: https://pytorch.org/docs/stable/notes/broadcasting.html
 */
import { ArgumentError, IndexError, ShapeError } from '../errors.js';

/** Sizes of dimensions, the outermost first. */
export type Shape = readonly number[];

/** The number of elements. */
export const sizeOf = (shape: Shape): number => {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
};

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** A shape as PyTorch writes it: `[2, 3]`. */
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

/** The shape that all of these broadcast to; ShapeError naming `op` when there is none. */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): Shape {
  if (shapes.length === 2 && sameShape(shapes[0], shapes[1])) return shapes[0];
  let rank = 0;
  for (const shape of shapes) rank = Math.max(rank, shape.length);
  const out: number[] = [];
  for (let d = 0; d < rank; d++) out.push(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const d = shape[i];
      if (d === 1) continue;
      if (out[shift + i] !== 1 && out[shift + i] !== d) {
        const all = shapes.map(shapeText).join(' and ');
        throw new ShapeError(
          `${op} cannot broadcast ${all}: at dimension ${shift + i} the sizes ${out[shift + i]} and ${d} differ and neither is 1.`,
        );
      }
      out[shift + i] = d;
    }
  }
  return out;
}

/** A dimension argument as an index into a shape of this rank. A 0-d tensor has the dimensions -1 and 0. */
export function normalizeDim(op: string, dim: number, rank: number): number {
  if (!Number.isInteger(dim)) throw new ArgumentError(`${op}: dim must be an integer by position, got ${String(dim)}.`);
  const n = Math.max(rank, 1);
  if (dim < -n || dim >= n) {
    throw new IndexError(`${op}: dimension ${dim} is out of range for a ${rank}-d tensor, expected ${-n} to ${n - 1}.`);
  }
  return dim < 0 ? dim + n : dim;
}

/** The whole numbers below `n`. */
function upTo(n: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < n; i++) list.push(i);
  return list;
}

/** Dimension arguments as sorted, distinct indices; `null` and an empty list mean all of them. */
export function normalizeDims(op: string, dim: number | readonly number[] | null | undefined, rank: number): number[] {
  if (typeof dim === 'number') {
    const d = normalizeDim(op, dim, rank);
    return rank === 0 ? [] : [d];
  }
  if (dim === null || dim === undefined) return upTo(rank);
  if (!Array.isArray(dim)) throw new ArgumentError(`${op}: dim must be an integer or a list of them, by position, got the ${typeof dim} '${String(dim)}'.`);
  if (dim.length === 0) return upTo(rank);
  const dims = (dim as readonly number[]).map((d) => normalizeDim(op, d, rank));
  if (new Set(dims).size !== dims.length) {
    throw new ArgumentError(`${op}: a dimension appears twice in [${dim.join(', ')}].`);
  }
  return rank === 0 ? [] : dims.sort((a, b) => a - b);
}

/** Sizes given by a user: non-negative integers, with at most one -1 that is inferred from `size`. */
export function inferSizes(op: string, sizes: readonly number[], size: number): number[] {
  let known = 1;
  let hole = -1;
  sizes.forEach((d, i) => {
    if (!Number.isInteger(d) || d < -1) {
      throw new ShapeError(`${op}: sizes must be non-negative integers or -1, got ${shapeText(sizes)}.`);
    }
    if (d !== -1) known *= d;
    else if (hole !== -1) throw new ShapeError(`${op}: only one size can be inferred, got ${shapeText(sizes)}.`);
    else hole = i;
  });
  const fits = hole === -1 ? known === size : known !== 0 && size % known === 0;
  if (!fits) {
    const why = known === 0 && hole !== -1 ? ' (a -1 beside a 0 is ambiguous)' : '';
    throw new ShapeError(`${op}: cannot arrange ${size} elements as ${shapeText(sizes)}${why}.`);
  }
  return hole === -1 ? [...sizes] : sizes.map((d) => (d === -1 ? size / known : d));
}
