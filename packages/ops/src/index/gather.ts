/**
 * Reading elements at indices from data.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.gather.html
 */
import { IndexError, normalizeDim, requireTensor, ShapeError, shapeText, type Shape, type Tensor } from '@sconce/core';
import { requireIndex } from '../families/arguments.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { replaced } from '../view/slice.js';
import { pick } from './along.js';
import { alongDim, atLeastOneDim, checkKnown, requireIndexList } from './locate.js';

/** The index of gather and scatter: as many dimensions as the input, and nowhere but along `dim` larger than it. */
export function requireFittingIndex(op: string, x: Tensor, dim: number, index: Tensor): void {
  requireIndex(op, index);
  if (Math.max(index.ndim, 1) !== Math.max(x.ndim, 1)) {
    throw new ShapeError(`${op}: index has shape ${shapeText(index.shape)}, expected ${x.ndim} dimensions as input ${shapeText(x.shape)}.`);
  }
  if (index.numel() === 0) return;
  const wide = index.shape.findIndex((n, d) => d !== dim && n > (x.shape[d] ?? 1));
  if (wide >= 0) {
    throw new ShapeError(
      `${op}: index ${shapeText(index.shape)} is larger than input ${shapeText(x.shape)} at dimension ${wide}; it may be so only along dimension ${dim}.`,
    );
  }
  checkKnown(index, x.shape[dim] ?? 1, { op, fromEnd: false });
}

/**
 * out[i][j][k] = x[index[i][j][k]][j][k] for `dim` 0, and so on: the elements that `index` names along `dim`.
 *
 * @param index integers from 0, of as many dimensions as `x`, not larger than `x` but along `dim`.
 * @throws ShapeError when the shapes do not fit; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @example
 * gather(tensor([[1, 2], [3, 4]]), 1, tensor([[1], [0]]));      // [[2], [3]]
 * @see https://pytorch.org/docs/stable/generated/torch.gather.html
 */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  requireTensor('gather', x);
  const d = normalizeDim('gather', dim, x.ndim);
  requireFittingIndex('gather', x, d, index);
  const picked = pick(atLeastOneDim(x), d, atLeastOneDim(index), { op: 'gather', fromEnd: false });
  return index.ndim === 0 ? reshape(picked, []) : picked;
}

/** `shape` where one dimension may differ from `other`, broadcast to each other everywhere else. */
function broadcastBut(op: string, a: Shape, b: Shape, dim: number): Shape {
  return a.map((n, d) => {
    if (d === dim || n === b[d]) return n;
    if (n !== 1 && b[d] !== 1) throw new ShapeError(`${op}: ${shapeText(a)} and ${shapeText(b)} do not broadcast at dimension ${d}.`);
    return n === 1 ? b[d] : n;
  });
}

/**
 * As `gather`, with `x` and `indices` broadcast to each other; without `dim`, of the flattened tensor.
 *
 * @example
 * takeAlongDim(x, argsort(x, 1), 1);      // sorted rows
 * @throws ShapeError when the shapes do not fit; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.take_along_dim.html
 */
export function takeAlongDim(x: Tensor, indices: Tensor, dim?: number | null): Tensor {
  const op = 'takeAlongDim';
  requireTensor(op, x);
  requireIndex(op, indices, 'indices');
  if (dim === undefined || dim === null) return takeAlongDim(reshape(x, [-1]), reshape(indices, [-1]), 0);
  if (x.ndim !== indices.ndim) {
    throw new ShapeError(`${op}: indices have shape ${shapeText(indices.shape)}, expected ${x.ndim} dimensions as input ${shapeText(x.shape)}.`);
  }
  const d = normalizeDim(op, dim, x.ndim);
  const wideX = broadcasted(x, broadcastBut(op, x.shape, indices.shape, d));
  const wideIndices = broadcasted(indices, broadcastBut(op, indices.shape, x.shape, d));
  checkKnown(indices, x.shape[d] ?? 1, { op, fromEnd: false });
  return pick(wideX, d, wideIndices, { op, fromEnd: false });
}

/**
 * The parts of `x` along `dim` that a list of indices names.
 *
 * @param index integers from 0, in one dimension.
 * @throws ShapeError for more dimensions; IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @example
 * indexSelect(tensor([[1, 2], [3, 4]]), 0, tensor([1, 1]));      // [[3, 4], [3, 4]]
 * @see https://pytorch.org/docs/stable/generated/torch.index_select.html
 */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  const op = 'indexSelect';
  requireTensor(op, x);
  const d = normalizeDim(op, dim, x.ndim);
  requireIndexList(op, index);
  if (x.ndim === 0 && index.numel() !== 1) throw new IndexError(`${op}: got ${index.numel()} indices into a 0-d tensor, expected 1.`);
  const y = atLeastOneDim(x);
  checkKnown(index, y.shape[d], { op, fromEnd: false });
  const picked = pick(y, d, alongDim(index, d, replaced(y.shape, d, index.numel())), { op, fromEnd: false });
  return x.ndim === 0 ? reshape(picked, []) : picked;
}

/**
 * Elements of the flattened tensor, in the shape of `index`. Negative indices count from the end.
 *
 * @throws IndexError when an index is out of range, at once where it is known and on reading otherwise.
 * @example
 * take(tensor([[1, 2], [3, 4]]), tensor([0, -1]));      // [1, 4]
 * @see https://pytorch.org/docs/stable/generated/torch.take.html
 */
export function take(x: Tensor, index: Tensor): Tensor {
  requireTensor('take', x);
  requireIndex('take', index);
  checkKnown(index, x.numel(), { op: 'take', fromEnd: true });
  return reshape(pick(reshape(x, [-1]), 0, reshape(index, [-1]), { op: 'take', fromEnd: true }), index.shape);
}
