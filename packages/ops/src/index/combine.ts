/**
 * Repetitions and combinations: parts of a tensor picked by lists of indices that are made on the host.
 */
import {
  ArgumentError,
  describe,
  fromHost,
  isInteger,
  isTensor,
  normalizeDim,
  numbersOf,
  readHost,
  requireTensor,
  ShapeError,
  shapeText,
  type Tensor,
} from '@sconce/core';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { broadcasted } from '../view/expand.js';
import { reshape } from '../view/shape.js';
import { indexSelect } from './gather.js';
import { atLeastOneDim } from './locate.js';

const indexList = (x: Tensor, list: readonly number[]): Tensor =>
  fromHost(Int32Array.from(list), [list.length], 'int32', { device: x.device });

/**
 * Repeats each part along `dim`: x₀ x₀ x₁ x₁ … Without `dim`, each element of the flattened tensor.
 *
 * @param repeats how often, the same for all; or a tensor with a number for each part, which is read: a promise.
 * @throws ArgumentError when a number is negative, ShapeError when there is not one for each part.
 * @example
 * repeatInterleave(tensor([1, 2]), 2);      // [1, 1, 2, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html
 */
export function repeatInterleave(x: Tensor, repeats: number, dim?: number | null): Tensor;
export function repeatInterleave(x: Tensor, repeats: Tensor, dim?: number | null): Promise<Tensor>;
export function repeatInterleave(x: Tensor, repeats: number | Tensor, dim?: number | null): Tensor | Promise<Tensor> {
  const op = 'repeatInterleave';
  requireTensor(op, x);
  const y = dim === undefined || dim === null ? reshape(x, [-1]) : atLeastOneDim(x);
  const d = normalizeDim(op, dim ?? 0, y.ndim);
  return isTensor(repeats) ? repeatEach(op, y, repeats, d) : repeatAll(y, requireInteger(op, 'repeats', repeats, 0), d);
}

function repeatAll(x: Tensor, repeats: number, d: number): Tensor {
  const [before, n, after] = [x.shape.slice(0, d), x.shape[d], x.shape.slice(d + 1)];
  const wide = broadcasted(reshape(x, [...before, n, 1, ...after]), [...before, n, repeats, ...after]);
  return reshape(wide, [...before, n * repeats, ...after]);
}

function repeatEach(op: string, x: Tensor, repeats: Tensor, d: number): Promise<Tensor> {
  if (!isInteger(repeats.dtype)) throw new ArgumentError(`${op}: repeats must be integers, got ${describe(repeats)}.`);
  if (repeats.ndim > 1 || (repeats.numel() !== 1 && repeats.numel() !== x.shape[d])) {
    throw new ShapeError(`${op}: repeats have shape ${shapeText(repeats.shape)}, expected [${x.shape[d]}], one for each part along dimension ${d}.`);
  }
  return readHost(repeats.node).then((host) => {
    const counts = Array.from(numbersOf(host, repeats.dtype)).map((n) => requireInteger(op, 'a number of repeats', n, 0));
    const list = Array.from({ length: x.shape[d] }, (_, i) => new Array<number>(counts[counts.length === 1 ? 0 : i]).fill(i));
    return indexSelect(x, d, indexList(x, list.flat()));
  });
}

export interface CombinationsOptions {
  /** An element may be taken again. Default false. */
  readonly withReplacement?: boolean;
}

/** All ascending lists of r positions below n. */
function positionsOf(n: number, r: number, again: boolean): number[][] {
  if (r === 0) return [[]];
  if (n === 0 || (r > n && !again)) return [];
  return positionsOf(n, r - 1, again).flatMap((list) => {
    const first = list.length === 0 ? 0 : list[list.length - 1] + (again ? 0 : 1);
    return Array.from({ length: Math.max(0, n - first) }, (_, i) => [...list, first + i]);
  });
}

/**
 * All combinations of `r` elements, a row for each.
 *
 * @param x one dimension.
 * @throws ShapeError for more dimensions, ArgumentError for a negative `r`.
 * @example
 * combinations(tensor([1, 2, 3]));      // [[1, 2], [1, 3], [2, 3]]
 * @see https://pytorch.org/docs/stable/generated/torch.combinations.html
 */
export function combinations(x: Tensor, r = 2, options: CombinationsOptions = {}): Tensor {
  requireTensor('combinations', x);
  checkOptions('combinations', options, ['withReplacement']);
  requireInteger('combinations', 'r', r, 0);
  if (x.ndim !== 1) throw new ShapeError(`combinations: got ${shapeText(x.shape)}, expected 1 dimension.`);
  if (r === 0) return reshape(indexSelect(x, 0, indexList(x, [])), [0]);
  const rows = positionsOf(x.shape[0], r, options.withReplacement === true);
  return reshape(indexSelect(x, 0, indexList(x, rows.flat())), [rows.length, r]);
}
