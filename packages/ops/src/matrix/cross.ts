/**
 * The cross product.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.cross.html
 */
import { normalizeDim, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { mul, sub } from '../elementwise/index.js';
import { describeOp } from '../families/sample.js';
import { broadcastTensors, roll } from '../view/index.js';

/**
 * The cross product of vectors of 3 along `dim`: element i is x_{i+1} y_{i+2} − x_{i+2} y_{i+1}, counted around.
 *
 * @param dim a dimension of size 3. Default: the first one.
 * @throws ShapeError when there is none, or the operands differ in rank or do not broadcast.
 * @example
 * cross(tensor([1, 0, 0]), tensor([0, 1, 0]));           // [0, 0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.cross.html
 */
export const cross = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Tensor, dim?: number | null): Tensor => {
    requireTensor('cross', x);
    requireTensor('cross', other, 'other');
    const shapes = `${shapeText(x.shape)} and ${shapeText(other.shape)}`;
    if (x.ndim !== other.ndim) throw new ShapeError(`cross: ${shapes} differ in rank. Use unsqueeze.`);
    const d = dim === undefined || dim === null ? x.shape.indexOf(3) : normalizeDim('cross', dim, x.ndim);
    if (x.shape[d] !== 3 || other.shape[d] !== 3) {
      throw new ShapeError(`cross: ${shapes} have no vectors of 3${d < 0 ? '' : ` along dimension ${d}`}.`);
    }
    const [a, b] = broadcastTensors(x, other);
    const next = (v: Tensor, by: number): Tensor => roll(v, -by, d);
    return sub(mul(next(a, 1), next(b, 2)), mul(next(a, 2), next(b, 1)));
  },
  { name: 'cross', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [2, 3] }] }], differentiable: true },
);
