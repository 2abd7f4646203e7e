/**
 * Views that reorder dimensions, or run through them backwards.
 *
 * Invariant: a permutation's gradient is the inverse permutation, a flip's the flip.
 */
import { alias, ArgumentError, normalizeDim, normalizeDims, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { integerList, integersOf, requireInteger, type Integers } from '../families/arguments.js';
import { describeOp } from '../families/sample.js';
import { view, type View } from '../families/view.js';
import { reshape } from './shape.js';

const PERMUTE: View<{ dims: readonly number[] }> = /* @__PURE__ */ view({
  name: 'permute',
  map: (ix, { dims }) => inverseOf(dims).map((d) => ix[d]),
  grad: (g, x, { dims }) => PERMUTE(g, { dims: inverseOf(dims) }, x.shape),
});

const inverseOf = (dims: readonly number[]): number[] => dims.map((_, d) => dims.indexOf(d));

/** `dims` must be a permutation. */
const permuted = (x: Tensor, dims: readonly number[]): Tensor => PERMUTE(x, { dims }, dims.map((d) => x.shape[d]));

/**
 * The dimensions in another order: dimension d of the result is dimension `dims[d]` of `x`.
 *
 * @throws ArgumentError unless `dims` names every dimension once.
 * @example
 * permute(images, [0, 2, 3, 1]);      // [N, C, H, W] → [N, H, W, C]
 * @see https://pytorch.org/docs/stable/generated/torch.permute.html
 */
export const permute = /* @__PURE__ */ describeOp(
  (x: Tensor, ...dims: Integers): Tensor => {
    requireTensor('permute', x);
    const list = integersOf('permute', 'dims', dims);
    const normal = list.map((d) => normalizeDim('permute', d, x.ndim));
    if (normal.length !== x.ndim || new Set(normal).size !== normal.length) {
      throw new ArgumentError(`permute: dims must name each of ${x.ndim} dimensions once, got [${list.join(', ')}].`);
    }
    return permuted(x, normal);
  },
  { name: 'permute', samples: [{ tensors: [{ shape: [2, 3, 2] }], rest: [[2, 0, 1]] }], differentiable: true },
);

/**
 * Two dimensions exchanged.
 *
 * @throws IndexError when a dimension is out of range.
 * @see https://pytorch.org/docs/stable/generated/torch.transpose.html
 */
export const transpose = /* @__PURE__ */ describeOp(
  (x: Tensor, dim0: number, dim1: number): Tensor => {
    requireTensor('transpose', x);
    const a = normalizeDim('transpose', dim0, x.ndim);
    const b = normalizeDim('transpose', dim1, x.ndim);
    return permuted(x, x.shape.map((_, d) => (d === a ? b : d === b ? a : d)));
  },
  { name: 'transpose', samples: [{ tensors: [{ shape: [2, 3] }], rest: [0, 1] }], differentiable: true },
);

/** As `transpose`. */
export const swapaxes = transpose;
/** As `transpose`. */
export const swapdims = transpose;

/**
 * The transpose of a matrix; a tensor of fewer dimensions as it is.
 *
 * @throws ShapeError for more than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.t.html
 */
export function t(x: Tensor): Tensor {
  requireTensor('t', x);
  if (x.ndim > 2) throw new ShapeError(`t: got ${shapeText(x.shape)}, expected at most 2 dimensions. Use mT, transpose or permute.`);
  return x.ndim < 2 ? alias(x) : transpose(x, 0, 1);
}

/**
 * The dimensions in reverse order.
 *
 * @see https://pytorch.org/docs/stable/tensors.html#torch.Tensor.T
 */
export function T(x: Tensor): Tensor {
  requireTensor('T', x);
  return permuted(x, x.shape.map((_, d) => x.ndim - 1 - d));
}

/**
 * The last two dimensions exchanged: the transposes of a batch of matrices. A scalar stays as it is.
 *
 * @throws ShapeError for one dimension.
 * @see https://pytorch.org/docs/stable/tensors.html#torch.Tensor.mT
 */
export function mT(x: Tensor): Tensor {
  requireTensor('mT', x);
  if (x.ndim === 1) throw new ShapeError(`mT: got ${shapeText(x.shape)}, expected at least 2 dimensions.`);
  if (x.ndim === 0) return alias(x);
  return transpose(x, -2, -1);
}

/**
 * As `mT`: of real matrices the conjugate transposes are the transposes.
 *
 * @throws ShapeError for one dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.adjoint.html
 */
export const adjoint = mT;
/** As `mT`. */
export const mH = mT;

/**
 * The transpose of a matrix; a scalar stays as it is.
 *
 * @throws ShapeError for one dimension, and for more than two.
 * @see https://pytorch.org/docs/stable/tensors.html#torch.Tensor.H
 */
export function H(x: Tensor): Tensor {
  requireTensor('H', x);
  if (x.ndim === 1 || x.ndim > 2) throw new ShapeError(`H: got ${shapeText(x.shape)}, expected a matrix. Use mH of batches.`);
  return mT(x);
}

/**
 * Moves dimensions from `source` to `destination`; the others keep their order.
 *
 * @throws ArgumentError when the lists differ in length or name a dimension twice.
 * @example
 * movedim(images, 1, -1);      // [N, C, H, W] → [N, H, W, C]
 * @see https://pytorch.org/docs/stable/generated/torch.movedim.html
 */
export const movedim = /* @__PURE__ */ describeOp(
  (x: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor => {
    requireTensor('movedim', x);
    const from = distinctDims('source', source, x.ndim);
    const to = distinctDims('destination', destination, x.ndim);
    if (from.length !== to.length) {
      throw new ArgumentError(`movedim: source has ${from.length} dimensions and destination ${to.length}, expected as many.`);
    }
    if (x.ndim === 0) return alias(x);
    const rest = x.shape.flatMap((_, d) => (from.includes(d) ? [] : [d]));
    return permuted(x, x.shape.map((_, d) => (to.includes(d) ? from[to.indexOf(d)] : rest.shift()!)));
  },
  { name: 'movedim', samples: [{ tensors: [{ shape: [2, 3, 2] }], rest: [0, -1] }], differentiable: true },
);

/** As `movedim`. */
export const moveaxis = movedim;

function distinctDims(name: string, dims: number | readonly number[], rank: number): number[] {
  const list = integerList('movedim', name, dims);
  const normal = list.map((d) => normalizeDim('movedim', d, rank));
  if (new Set(normal).size !== normal.length) {
    throw new ArgumentError(`movedim: a dimension appears twice in ${name} [${list.join(', ')}].`);
  }
  return normal;
}

// ── backwards and around ─────────────────────────────────────────────────────────────────────────────────────────────

const FLIP: View<{ dims: readonly number[] }> = /* @__PURE__ */ view({
  name: 'flip',
  map: (ix, { dims }, from) => ix.map((i, d) => (dims.includes(d) ? e.sub(from[d] - 1, i) : i)),
  grad: (g, x, attrs) => FLIP(g, attrs, x.shape),
});

/**
 * The elements in reverse order along the given dimensions.
 *
 * @throws ArgumentError when a dimension appears twice.
 * @example
 * flip(tensor([1, 2, 3]), [0]);      // [3, 2, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.flip.html
 */
export const flip = /* @__PURE__ */ describeOp(
  (x: Tensor, ...dims: Integers): Tensor => {
    requireTensor('flip', x);
    const list = integersOf('flip', 'dims', dims);
    return FLIP(x, { dims: list.length === 0 ? [] : normalizeDims('flip', list, x.ndim) }, x.shape);
  },
  { name: 'flip', samples: [{ tensors: [{ shape: [2, 3] }], rest: [[1]] }], differentiable: true },
);

/**
 * Each row in reverse order: `flip(x, [1])`.
 *
 * @throws ShapeError for fewer than two dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.fliplr.html
 */
export const fliplr = (x: Tensor): Tensor => flip(atLeast('fliplr', x, 2), [1]);

/**
 * The rows in reverse order: `flip(x, [0])`.
 *
 * @throws ShapeError for a tensor without dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.flipud.html
 */
export const flipud = (x: Tensor): Tensor => flip(atLeast('flipud', x, 1), [0]);

function atLeast(op: string, x: Tensor, rank: number): Tensor {
  requireTensor(op, x);
  if (x.ndim < rank) throw new ShapeError(`${op}: got ${shapeText(x.shape)}, expected at least ${rank} dimension${rank === 1 ? '' : 's'}.`);
  return x;
}

/**
 * Rotates by `k` quarter turns in the plane of two dimensions, from the first towards the second.
 *
 * @throws ArgumentError unless `dims` are two different dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.rot90.html
 */
export function rot90(x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor {
  atLeast('rot90', x, 2);
  requireInteger('rot90', 'k', k);
  const plane = integerList('rot90', 'dims', dims);
  if (plane.length !== 2) throw new ArgumentError(`rot90: dims must be two dimensions, got [${plane.join(', ')}].`);
  const [a, b] = plane.map((d) => normalizeDim('rot90', d, x.ndim));
  if (a === b) throw new ArgumentError(`rot90: dims must be two different dimensions, got [${plane.join(', ')}].`);
  const turns = ((k % 4) + 4) % 4;
  if (turns === 1) return transpose(flip(x, [b]), a, b);
  if (turns === 3) return flip(transpose(x, a, b), [b]);
  return turns === 2 ? flip(x, [a, b]) : alias(x);
}

const ROLL: View<{ dim: number; shift: number }> = /* @__PURE__ */ view({
  name: 'roll',
  map: (ix, { dim, shift }, from) => ix.map((i, d) => (d === dim ? e.rem(e.add(i, from[d] - shift), from[d]) : i)),
  grad: (g, x, { dim, shift }) => ROLL(g, { dim, shift: (x.shape[dim] - shift) % x.shape[dim] }, x.shape),
});

/**
 * Shifts the elements along dimensions; those that leave at the end come back at the start. Without `dims` the tensor is
 * rolled as if it were flat.
 *
 * @throws ArgumentError when there is not one shift for each dimension.
 * @example
 * roll(tensor([1, 2, 3]), 1);      // [3, 1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.roll.html
 */
export const roll = /* @__PURE__ */ describeOp(
  (x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor => {
    requireTensor('roll', x);
    const amounts = integerList('roll', 'shifts', shifts);
    const along = dims === undefined ? [] : integerList('roll', 'dims', dims).map((d) => normalizeDim('roll', d, x.ndim));
    if (amounts.length === 0) throw new ArgumentError('roll: shifts must hold at least one shift.');
    if (along.length === 0 && amounts.length === 1) return reshape(rolled(reshape(x, [-1]), 0, amounts[0]), x.shape);
    if (amounts.length !== along.length) {
      throw new ArgumentError(`roll: got ${amounts.length} shifts for ${along.length} dimensions, expected as many.`);
    }
    return along.reduce((y, d, i) => rolled(y, d, amounts[i]), x);
  },
  { name: 'roll', samples: [{ tensors: [{ shape: [2, 3] }], rest: [1, 1] }], differentiable: true },
);

function rolled(x: Tensor, dim: number, shift: number): Tensor {
  const n = x.shape[dim] ?? 1;
  return n === 0 || x.ndim === 0 ? alias(x) : ROLL(x, { dim, shift: ((shift % n) + n) % n }, x.shape);
}
