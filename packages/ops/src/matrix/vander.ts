/**
 * Powers as columns: the Vandermonde matrix of a vector.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.vander.html
 */
import { requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { ones } from '../creation/fill.js';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { sumType } from '../reduce/sum.js';
import { cumprod } from '../scan/cumulative.js';
import { cat } from '../view/cat.js';
import { expand } from '../view/expand.js';
import { flip } from '../view/permute.js';
import { unsqueeze } from '../view/shape.js';

export interface VanderOptions {
  /** From the power 0 up, rather than down to it. Default: false. */
  readonly increasing?: boolean;
}

/**
 * The powers of each element, in columns: out[i, j] = xᵢ^(N − 1 − j), or xᵢʲ when they increase. Integers keep their dtype,
 * int32 at least, as does bool.
 *
 * @param N how many columns. Default: as many as `x` has elements.
 * @throws ShapeError unless `x` has one dimension; ArgumentError for a negative N.
 * @example
 * vander(tensor([2, 3]), 3);                             // [[4, 2, 1], [9, 3, 1]]
 * @see https://pytorch.org/docs/stable/generated/torch.vander.html
 */
export function vander(x: Tensor, N?: number | VanderOptions | null, options: VanderOptions | boolean = {}): Tensor {
  const op = 'vander';
  requireTensor(op, x);
  if (typeof N === 'object' && N !== null) return vander(x, null, N);
  if (typeof options === 'boolean') return vander(x, N, { increasing: options });
  checkOptions(op, options, ['increasing']);
  if (x.ndim !== 1) throw new ShapeError(`${op}: got ${shapeText(x.shape)}, expected one dimension. torch.linalg's vander takes batches.`);
  const columns = requireInteger(op, 'N', N ?? x.shape[0], 0);
  const dtype = sumType(x.dtype);
  const first = ones([x.shape[0], Math.min(columns, 1)], { dtype, device: x.device });
  if (columns < 2) return first;
  const powers = cat([first, cumprod(expand(unsqueeze(x.to(dtype), -1), [x.shape[0], columns - 1]), -1, { dtype })], -1);
  return options.increasing === true ? powers : flip(powers, -1);
}
