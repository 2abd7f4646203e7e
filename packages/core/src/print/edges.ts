/**
 * What a summary shows: the first and last few entries along every axis, with a gap between.
 *
 * Invariant: an axis of at most twice the edge is shown whole, so `edge = Infinity` shows everything. Widths are
 * measured over exactly the elements that are printed, which is why PyTorch and NumPy both ask for these positions.
 *
 * Reference: `edgeitems` in torch.set_printoptions and numpy.set_printoptions.
 */
import { stridesOf } from '../tensor/shape.js';

/** Where an axis leaves entries out. */
export const GAP = -1;

/** The indices that are shown along an axis, in order; `GAP` stands where the others are left out. */
export function shownIndices(size: number, edge: number): number[] {
  if (size <= 2 * edge) return Array.from({ length: size }, (_, i) => i);
  const head = Array.from({ length: edge }, (_, i) => i);
  const tail = head.map((i) => size - edge + i);
  return [...head, GAP, ...tail];
}

/** The flat positions of all elements that are shown, in order. */
export function shownPositions(shape: readonly number[], edge: number): number[] {
  const strides = stridesOf(shape);
  let positions = [0];
  shape.forEach((size, axis) => {
    const indices = shownIndices(size, edge).filter((i) => i !== GAP);
    positions = positions.flatMap((start) => indices.map((i) => start + i * strides[axis]));
  });
  return positions;
}
