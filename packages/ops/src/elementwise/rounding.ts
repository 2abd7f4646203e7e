/**
 * Rounding.
 *
 * Invariant: integers are themselves; the gradient of a step is zero, so a loss through it still has one.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.round.html
 */
import { DTypeError, isFloat, requireTensor, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { elementwise } from '../families/binary.js';
import { requireInteger } from '../families/arguments.js';
import { checkOptions } from '../families/options.js';
import { describeOp, withMore } from '../families/sample.js';
import { unary, type Unary } from '../families/unary.js';
import { isFloatExpr } from '../families/bits.js';
import { noBool, onlyFloats } from '../families/checks.js';
import { zeroGrad } from './zero.js';

/** Between integers and halves, away from every jump. */
const BETWEEN = [{ shape: [2, 3], low: 1.1, high: 1.4 }, { shape: [3], low: -1.9, high: -1.6 }];

const rounding = (name: string, scalar: (x: Expr) => Expr): Unary =>
  unary({
    name,
    result: 'same',
    check: noBool,
    scalar: (x) => (isFloatExpr(x) ? scalar(x) : x),
    grad: zeroGrad,
    samples: BETWEEN,
  });

/**
 * The largest integer that is not above each element.
 *
 * @throws DTypeError for bool.
 * @example floor(tensor([1.7, -1.7]))                    // [1, -2]
 * @see https://pytorch.org/docs/stable/generated/torch.floor.html
 */
export const floor: Unary = /* @__PURE__ */ rounding('floor', (x) => e.floor(x));

/**
 * The smallest integer that is not below each element.
 *
 * @throws DTypeError for bool.
 * @example ceil(tensor([1.2, -1.2]))                     // [2, -1]
 * @see https://pytorch.org/docs/stable/generated/torch.ceil.html
 */
export const ceil: Unary = /* @__PURE__ */ rounding('ceil', (x) => e.ceil(x));

/**
 * Each element without its fraction.
 *
 * @throws DTypeError for bool.
 * @example trunc(tensor([1.7, -1.7]))                    // [1, -1]
 * @see https://pytorch.org/docs/stable/generated/torch.trunc.html
 */
export const trunc: Unary = /* @__PURE__ */ rounding('trunc', (x) => e.trunc(x));

/** PyTorch's other name of `trunc`. */
export { trunc as fix };

const nearest = /* @__PURE__ */ rounding('round', (x) => e.nearest(x));
const scaledUp = /* @__PURE__ */ elementwise({
  name: 'round',
  arity: 2,
  scalar: (x, scale) => e.div(e.nearest(e.mul(x, scale)), scale),
  grad: [zeroGrad],
});
const scaledDown = /* @__PURE__ */ elementwise({
  name: 'round',
  arity: 2,
  scalar: (x, scale) => e.mul(e.nearest(e.div(x, scale)), scale),
  grad: [zeroGrad],
});

export interface RoundOptions {
  /** Digits after the point; negative ones before it. Default: 0. */
  readonly decimals?: number;
}

/**
 * The integer nearest to each element, ties to even, or the nearest decimal number.
 *
 * @throws DTypeError for bool, and for integers with decimals.
 * @example round(tensor([0.5, 1.5, 2.345]))              // [0, 2, 2]
 * @example round(tensor([2.345]), { decimals: 1 })       // [2.3]
 * @see https://pytorch.org/docs/stable/generated/torch.round.html
 */
export const round = /* @__PURE__ */ describeOp(
  (input: Tensor, options: RoundOptions = {}): Tensor => {
    checkOptions('round', options, ['decimals']);
    const { decimals = 0 } = options;
    requireInteger('round', 'decimals', decimals);
    requireTensor('round', input);
    if (decimals === 0) return nearest(input);
    if (!isFloat(input.dtype)) {
      throw new DTypeError(`round: got ${input.dtype} and ${decimals} decimals, expected floating point. Use x.to('float32').`);
    }
    return decimals > 0 ? scaledUp(input, 10 ** decimals) : scaledDown(input, 10 ** -decimals);
  },
  { name: 'round', samples: /* @__PURE__ */ withMore(BETWEEN, { tensors: [{ shape: [3], low: 1.31, high: 1.34 }], rest: [{ decimals: 1 }] }), differentiable: true },
);

/**
 * The fraction of each element, with its sign.
 *
 * @throws DTypeError for integers.
 * @example frac(tensor([1.25, -2.5]))                    // [0.25, -0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.frac.html
 */
export const frac: Unary = /* @__PURE__ */ unary({
  name: 'frac',
  check: onlyFloats,
  scalar: (x) => e.sub(x, e.trunc(x)),
  grad: (g) => g,
  samples: BETWEEN,
});
