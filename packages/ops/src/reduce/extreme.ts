/**
 * Greatest and least elements: their values, their positions, or both.
 *
 * Invariant: NaN is both the greatest and the least; among equals the first position wins. Gradients of values without
 * positions spread evenly over ties; those with positions go where the position points. Nothing has no extreme.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.amax.html
 */
import { cast, isTensor, requireTensor, type Combine, type Grad, type GradContext, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { maximum, minimum, mul, trueDivide } from '../elementwise/index.js';
import { isNaNExpr } from '../families/bits.js';
import { binary } from '../families/binary.js';
import { parts, type Parts } from '../families/parts.js';
import { pick } from '../families/pick.js';
import { reduceOp, spread, sumOver, type ReduceAttrs, type ReduceOp } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { reshape } from '../view/index.js';
import { reduceArguments, reduction, requireElements, type KeepdimOptions, type Reduction } from './arguments.js';

/** Equal, or both NaN. */
const same = /* @__PURE__ */ binary({
  name: 'same',
  result: 'bool',
  scalar: (a, b) => e.or(e.eq(a, b), e.and(isNaNExpr(a), isNaNExpr(b))),
});

/** The gradient of an extreme: equal shares for the elements that attain it. */
export function shareAmongTies(g: Tensor, { inputs: [x], output, attrs }: Pick<GradContext, 'inputs' | 'output' | 'attrs'>): Tensor {
  const a = attrs as ReduceAttrs;
  const attains = cast(same(x, spread(output, x.shape, a)), g.dtype);
  return mul(attains, spread(trueDivide(g, sumOver(attains, a, g.dtype)), x.shape, a));
}

const ties: Grad = (g, context) => [shareAmongTies(g, context)];

/** The greatest element over dimensions that the caller has checked. */
export const maxOver = /* @__PURE__ */ reduceOp('amax', 'max', ties);
/** The least element over dimensions that the caller has checked. */
const minOver = /* @__PURE__ */ reduceOp('amin', 'min', ties);

const extreme = (name: string, over: ReduceOp): Reduction<KeepdimOptions> =>
  reduction<KeepdimOptions>({
    name,
    options: ['keepdim'],
    run: (x, attrs) => {
      requireElements(name, x, attrs.dims);
      return over(x, attrs, x.dtype);
    },
  });

/**
 * The greatest element over `dim`, or of all. Its gradient is shared evenly among ties.
 *
 * @throws ShapeError when a dimension to reduce is empty; IndexError when one is out of range.
 * @example
 * amax(tensor([[1, 5], [7, 2]]), 1);                     // [5, 7]
 * @see https://pytorch.org/docs/stable/generated/torch.amax.html
 */
export const amax = /* @__PURE__ */ extreme('amax', maxOver);

/**
 * The least element over `dim`, or of all. Its gradient is shared evenly among ties.
 *
 * @throws ShapeError when a dimension to reduce is empty; IndexError when one is out of range.
 * @example
 * amin(tensor([[1, 5], [7, 2]]), 1);                     // [1, 2]
 * @see https://pytorch.org/docs/stable/generated/torch.amin.html
 */
export const amin = /* @__PURE__ */ extreme('amin', minOver);

export interface AminmaxOptions extends KeepdimOptions {
  /** One dimension. Default: all. */
  readonly dim?: number;
}

/**
 * The least and the greatest element over `dim`, or of all.
 *
 * @returns `{ min, max }`
 * @throws ShapeError when a dimension to reduce is empty; IndexError when it is out of range.
 * @example
 * const { min, max } = aminmax(tensor([3, 1, 2]));       // 1, 3
 * @see https://pytorch.org/docs/stable/generated/torch.aminmax.html
 */
export const aminmax = /* @__PURE__ */ describeOp(
  (x: Tensor, options: AminmaxOptions = {}): Parts<'min' | 'max'> => {
    const { attrs } = reduceArguments<AminmaxOptions>('aminmax', x, options.dim, options, ['dim', 'keepdim']);
    requireElements('aminmax', x, attrs.dims);
    // PyTorch keeps the one dimension that a scalar was reduced over, here alone.
    const kept = x.ndim === 0 && attrs.keepdim && options.dim !== undefined ? reshape(x, [1]) : x;
    return parts({ min: minOver(kept, attrs, x.dtype), max: maxOver(kept, attrs, x.dtype) });
  },
  { name: 'aminmax', samples: [{ shape: [2, 3] }], differentiable: true },
);

// ── positions ────────────────────────────────────────────────────────────────────────────────────────────────────────

const position = (name: string, combine: Combine): ((x: Tensor, attrs: ReduceAttrs) => Tensor) => {
  const op = reduceOp(name, combine);
  return (x, attrs) => {
    requireElements(name, x, attrs.dims);
    return op(x.dtype === 'bool' ? cast(x, 'int32') : x, attrs, 'int32');
  };
};

const argmaxOver = /* @__PURE__ */ position('argmax', 'argmax');
const argminOver = /* @__PURE__ */ position('argmin', 'argmin');

const SAMPLES = [{ shape: [2, 3] }, { tensors: [{ shape: [2, 3] }], rest: [1] }];

/**
 * The position (int32) of the greatest element along `dim`, or in the flattened input.
 *
 * @throws ShapeError when the dimension is empty; IndexError when it is out of range.
 * @example
 * argmax(tensor([[1, 5], [7, 2]]), 1);                   // [1, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.argmax.html
 */
export const argmax = /* @__PURE__ */ reduction<KeepdimOptions>({
  name: 'argmax',
  options: ['keepdim'],
  differentiable: false,
  samples: SAMPLES,
  run: argmaxOver,
});

/**
 * The position (int32) of the least element along `dim`, or in the flattened input.
 *
 * @throws ShapeError when the dimension is empty; IndexError when it is out of range.
 * @example
 * argmin(tensor([[1, 5], [7, 2]]), 1);                   // [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.argmin.html
 */
export const argmin = /* @__PURE__ */ reduction<KeepdimOptions>({
  name: 'argmin',
  options: ['keepdim'],
  differentiable: false,
  samples: SAMPLES,
  run: argminOver,
});

// ── values with positions ────────────────────────────────────────────────────────────────────────────────────────────

/** The three forms of `max` and `min`. */
export interface Extreme {
  (x: Tensor): Tensor;
  (x: Tensor, other: Tensor): Tensor;
  (x: Tensor, dim: number, options?: KeepdimOptions): Parts<'values' | 'indices'>;
}

interface ExtremeDefinition {
  readonly name: string;
  readonly over: ReduceOp;
  readonly positionOver: (x: Tensor, attrs: ReduceAttrs) => Tensor;
  readonly pair: (a: Tensor, b: Tensor) => Tensor;
}

function threeForms({ name, over, positionOver, pair }: ExtremeDefinition): Extreme {
  const call = (x: Tensor, second?: Tensor | number, options: KeepdimOptions = {}): Tensor | Parts<'values' | 'indices'> => {
    requireTensor(name, x);
    if (isTensor(second)) return pair(x, second);
    const { attrs } = reduceArguments<KeepdimOptions>(name, x, second, options, ['keepdim']);
    requireElements(name, x, attrs.dims);
    if (second === undefined) return over(x, attrs, x.dtype);
    const indices = positionOver(x, attrs);
    return parts({ values: pick(x, indices, attrs.dims[0], attrs.keepdim), indices });
  };
  const samples = [{ shape: [2, 3] }, { tensors: [{ shape: [2, 3] }], rest: [1] }, { tensors: [{ shape: [2, 3] }, { shape: [3] }] }];
  return describeOp(call as Extreme, { name, samples, differentiable: true });
}

/**
 * The greatest element; along `dim`, also where it is; of two tensors, the greater elements (`maximum`).
 *
 * @returns a tensor; with `dim`, `{ values, indices }`, where `indices` are int32.
 * @throws ShapeError when there is no element; IndexError when `dim` is out of range.
 * @example
 * const [values, predictions] = max(tensor([[1, 5], [7, 2]]), 1);                  // [5, 7], [1, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.max.html
 */
export const max = /* @__PURE__ */ threeForms({ name: 'max', over: maxOver, positionOver: argmaxOver, pair: maximum });

/**
 * The least element; along `dim`, also where it is; of two tensors, the lesser elements (`minimum`).
 *
 * @returns a tensor; with `dim`, `{ values, indices }`, where `indices` are int32.
 * @throws ShapeError when there is no element; IndexError when `dim` is out of range.
 * @example
 * const [values, positions] = min(tensor([[1, 5], [7, 2]]), 1);                    // [1, 2], [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.min.html
 */
export const min = /* @__PURE__ */ threeForms({ name: 'min', over: minOver, positionOver: argminOver, pair: minimum });
