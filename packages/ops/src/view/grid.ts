/**
 * Grids: every combination of what rows hold.
 */
import { ArgumentError, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { requireTensors } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { stack } from './cat.js';
import { broadcasted } from './expand.js';
import { reshape } from './shape.js';

export interface MeshgridOptions {
  /** 'ij': the first tensor runs along the first dimension (default). 'xy': along the second, as in plots. */
  readonly indexing?: 'ij' | 'xy';
}

/**
 * Coordinate tensors of a grid: result k is tensor k repeated along all dimensions but its own.
 *
 * @param tensors rows of numbers, or single numbers, of one dtype.
 * @throws ShapeError for more than one dimension, ArgumentError for an unknown indexing or mixed dtypes.
 * @example
 * const [i, j] = meshgrid([arange(2), arange(3)]);      // both [2, 3]
 * @see https://pytorch.org/docs/stable/generated/torch.meshgrid.html
 */
export function meshgrid(tensors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  requireTensors('meshgrid', tensors);
  checkOptions('meshgrid', options, ['indexing']);
  const { indexing = 'ij' } = options;
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new ArgumentError(`meshgrid: indexing must be 'ij' or 'xy', got '${String(indexing)}'.`);
  }
  for (const x of tensors) {
    if (x.ndim > 1) throw new ShapeError(`meshgrid: got ${shapeText(x.shape)}, expected at most 1 dimension.`);
    if (x.dtype !== tensors[0].dtype) throw new ArgumentError(`meshgrid: got tensors of ${tensors[0].dtype} and ${x.dtype}, expected one dtype.`);
  }
  if (indexing === 'xy' && tensors.length > 1) {
    const [x, y, ...rest] = tensors;
    const [gy, gx, ...others] = meshgrid([y, x, ...rest]);
    return [gx, gy, ...others];
  }
  const shape = tensors.map((x) => x.numel());
  return tensors.map((x, k) => broadcasted(reshape(x, shape.map((n, d) => (d === k ? n : 1))), shape));
}

/**
 * All combinations of one element from each tensor, as rows; of a single tensor, itself.
 *
 * @param tensors rows of numbers.
 * @throws ShapeError unless each has one dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.cartesian_prod.html
 */
export function cartesianProd(...tensors: readonly Tensor[]): Tensor {
  requireTensors('cartesianProd', tensors);
  for (const x of tensors) {
    if (x.ndim !== 1) throw new ShapeError(`cartesianProd: got ${shapeText(x.shape)}, expected 1 dimension.`);
  }
  if (tensors.length === 1) return reshape(tensors[0], [-1]);
  return stack(meshgrid(tensors).map((x) => reshape(x, [-1])), 1);
}
