/**
 * Cutting a tensor into parts along a dimension.
 *
 * Invariant: the parts are slices with constant bounds, so they cost nothing; the gradients of many parts are joined, so
 * a loop over them takes time in proportion to their number.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.split.html
 */
import {
  ArgumentError,
  constantNode,
  defineOp,
  describe,
  IndexError,
  isAccumulation,
  isInteger,
  isTensor,
  normalizeDim,
  numbersOf,
  readHost,
  record,
  requireTensor,
  ShapeError,
  shapeText,
  type Attrs,
  type Node,
  type Tensor,
} from '@sconce/core';
import { requireInteger } from '../families/arguments.js';
import { cat, startsOf } from './cat.js';
import { broadcasted } from './expand.js';
import { reshape } from './shape.js';
import { embeddedIn, replaced, sliceBounds, sliced, without } from './slice.js';

/** A dimension of a tensor that has at least one. */
function dimOf(op: string, x: Tensor, dim: number): number {
  requireTensor(op, x);
  if (x.ndim === 0) throw new IndexError(`${op}: a 0-d tensor has no dimension to cut.`);
  return normalizeDim(op, dim, x.ndim);
}

/** From so many parts on, their gradients are joined rather than added. */
const MANY = 3;

interface PartsAttrs extends Attrs {
  readonly dim: number;
}

/** The tensor that parts are slices of. Their gradients arrive as one sum of tensors that are mostly zeros. */
const PARTS = /* @__PURE__ */ defineOp({
  name: 'parts',
  form: 'element',
  lower: (ix, [x]) => x(ix),
  grad: (g, { attrs }) => [assembled(g, (attrs as PartsAttrs).dim)],
});

/** What is summed in a gradient of slices: the pieces and where they start; null when it is anything else. */
function piecesOf(sum: Node, dim: number): { input: Node; start: number }[] | null {
  const pieces: { input: Node; start: number }[] = [];
  const open = [sum];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const piece = embeddedIn(node, dim);
    if (piece !== null) pieces.push(piece);
    else if (isAccumulation(node)) open.push(...node.inputs);
    else return null;
  }
  return pieces.sort((a, b) => a.start - b.start);
}

/** A sum of pieces laid into zeros, as the pieces joined: each element is one of them, not the sum of all. */
function assembled(g: Tensor, dim: number): Tensor {
  const pieces = piecesOf(g.node, dim);
  if (pieces === null) return g;
  const joined: Tensor[] = [];
  let end = 0;
  const fillUpTo = (start: number): void => {
    if (start > end) joined.push(broadcasted(g.like(constantNode(0, g.dtype, g.device)), replaced(g.shape, dim, start - end)));
  };
  for (const { input, start } of pieces) {
    fillUpTo(start);
    joined.push(g.like(input));
    end = start + input.shape[dim];
  }
  fillUpTo(g.shape[dim]);
  return cat(joined, dim);
}

/** Parts of these sizes, which together fill the dimension. */
function parted(x: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  const starts = startsOf(sizes);
  const whole = sizes.length >= MANY && x.requiresGrad ? record(PARTS, [x], { dim } satisfies PartsAttrs, x.shape, x.dtype) : x;
  return sizes.map((n, k) => sliced(whole, dim, starts[k], n));
}

/** Sizes of parts of `size` each, the last one what is left. */
const evenly = (n: number, size: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(n / size)) }, (_, k) => Math.min(size, n - k * size));

/**
 * Parts of a given size, the last one smaller if need be, or parts of the given sizes.
 *
 * @throws ArgumentError when sizes are negative or do not add up to the dimension.
 * @example
 * const [q, k, v] = split(randn([10, 192]), 64, -1);      // three of [10, 64]
 * @see https://pytorch.org/docs/stable/generated/torch.split.html
 */
export function split(x: Tensor, splitSizeOrSections: number | readonly number[], dim = 0): Tensor[] {
  if (typeof splitSizeOrSections !== 'number') return splitWithSizes(x, splitSizeOrSections, dim);
  const d = dimOf('split', x, dim);
  const n = x.shape[d];
  const size = requireInteger('split', 'splitSizeOrSections', splitSizeOrSections, n === 0 ? 0 : 1);
  return parted(x, d, size === 0 ? [0] : evenly(n, size));
}

/** As `split`. */
export const unsafeSplit = split;

/**
 * Parts of the given sizes.
 *
 * @throws ArgumentError when sizes are negative, ShapeError when they do not add up to the dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.split.html
 */
export function splitWithSizes(x: Tensor, splitSizes: readonly number[], dim = 0): Tensor[] {
  const op = 'split';
  const d = dimOf(op, x, dim);
  if (!Array.isArray(splitSizes)) throw new ArgumentError(`${op}: sizes must be an integer or a list of integers, got ${describe(splitSizes)}.`);
  const sizes = (splitSizes as readonly number[]).map((n) => requireInteger(op, 'size', n, 0));
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[d]) {
    throw new ShapeError(`${op}: sizes [${sizes.join(', ')}] do not add up to ${x.shape[d]}, the size of dimension ${dim} of ${shapeText(x.shape)}.`);
  }
  return parted(x, d, sizes);
}

/**
 * At most `chunks` parts of equal size, the last one smaller if need be.
 *
 * @throws ArgumentError when `chunks` is not positive.
 * @see https://pytorch.org/docs/stable/generated/torch.chunk.html
 */
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  const d = dimOf('chunk', x, dim);
  requireInteger('chunk', 'chunks', chunks, 1);
  const n = x.shape[d];
  return parted(x, d, n === 0 ? new Array<number>(chunks).fill(0) : evenly(n, Math.ceil(n / chunks)));
}

/** As `chunk`: parts are values, so nothing that is written into one reaches another. */
export const unsafeChunk = chunk;

/**
 * Parts at the given positions, or `n` parts of which the first ones are one larger where `n` does not divide the size.
 *
 * @param indicesOrSections the number of parts, the positions to cut at, or a tensor of either, which is read first.
 * @throws ArgumentError when there would be no part.
 * @see https://pytorch.org/docs/stable/generated/torch.tensor_split.html
 */
export function tensorSplit(x: Tensor, indicesOrSections: number | readonly number[], dim?: number): Tensor[];
export function tensorSplit(x: Tensor, indicesOrSections: Tensor, dim?: number): Promise<Tensor[]>;
export function tensorSplit(x: Tensor, indicesOrSections: number | readonly number[] | Tensor, dim = 0): Tensor[] | Promise<Tensor[]> {
  const op = 'tensorSplit';
  const d = dimOf(op, x, dim);
  if (!isTensor(indicesOrSections)) return cutAt(op, x, indicesOrSections, d);
  const { dtype, ndim, node } = indicesOrSections;
  if (!isInteger(dtype) || ndim > 1) {
    throw new ArgumentError(`${op}: indicesOrSections must be a tensor of integers with at most one dimension, got ${describe(indicesOrSections)}.`);
  }
  return readHost(node).then((host) => {
    const numbers = Array.from(numbersOf(host, dtype));
    return cutAt(op, x, ndim === 0 ? numbers[0] : numbers, d);
  });
}

function cutAt(op: string, x: Tensor, indicesOrSections: number | readonly number[], d: number): Tensor[] {
  const n = x.shape[d];
  if (typeof indicesOrSections === 'number') {
    const count = requireInteger(op, 'sections', indicesOrSections, 1);
    return parted(x, d, Array.from({ length: count }, (_, k) => Math.floor(n / count) + (k < n % count ? 1 : 0)));
  }
  if (!Array.isArray(indicesOrSections)) {
    throw new ArgumentError(`${op}: indicesOrSections must be an integer or a list of integers, got ${describe(indicesOrSections)}.`);
  }
  const cuts = (indicesOrSections as readonly number[]).map((i) => requireInteger(op, 'index', i));
  const bounds = [...cuts, null].map((end, k) => sliceBounds(n, k === 0 ? 0 : cuts[k - 1], end, 1));
  const follow = bounds.every(({ start }, k) => start === (k === 0 ? 0 : bounds[k - 1].start + bounds[k - 1].length));
  return follow ? parted(x, d, bounds.map(({ length }) => length)) : bounds.map(({ start, length }) => sliced(x, d, start, length));
}

/** The three splits that PyTorch names after a dimension: sections must divide the size. */
function splitAlong(op: string, x: Tensor, indicesOrSections: number | readonly number[], least: number, dimFor: (rank: number) => number): Tensor[] {
  requireTensor(op, x);
  if (x.ndim < least) throw new ShapeError(`${op}: got ${shapeText(x.shape)}, expected at least ${least} dimension${least === 1 ? '' : 's'}.`);
  const d = dimFor(x.ndim);
  if (typeof indicesOrSections === 'number') {
    requireInteger(op, 'sections', indicesOrSections, 1);
    if (x.shape[d] % indicesOrSections !== 0) {
      throw new ArgumentError(`${op}: ${indicesOrSections} sections do not divide ${x.shape[d]}, the size of dimension ${d}. Use tensorSplit for uneven parts.`);
    }
  }
  return cutAt(op, x, indicesOrSections, d);
}

/**
 * Parts along the columns, or along the only dimension.
 *
 * @throws ArgumentError when the number of sections does not divide the size.
 * @see https://pytorch.org/docs/stable/generated/torch.hsplit.html
 */
export const hsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('hsplit', x, indicesOrSections, 1, (rank) => (rank === 1 ? 0 : 1));

/**
 * Parts along the rows.
 *
 * @throws ArgumentError when the number of sections does not divide the size.
 * @see https://pytorch.org/docs/stable/generated/torch.vsplit.html
 */
export const vsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('vsplit', x, indicesOrSections, 2, () => 0);

/**
 * Parts along the third dimension.
 *
 * @throws ArgumentError when the number of sections does not divide the size.
 * @see https://pytorch.org/docs/stable/generated/torch.dsplit.html
 */
export const dsplit = (x: Tensor, indicesOrSections: number | readonly number[]): Tensor[] =>
  splitAlong('dsplit', x, indicesOrSections, 3, () => 2);

/**
 * Everything along a dimension, one by one and without it.
 *
 * @throws IndexError when the dimension is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.unbind.html
 */
export function unbind(x: Tensor, dim = 0): Tensor[] {
  const d = dimOf('unbind', x, dim);
  const shape = without(x.shape, d);
  return parted(x, d, new Array<number>(x.shape[d]).fill(1)).map((part) => reshape(part, shape));
}
