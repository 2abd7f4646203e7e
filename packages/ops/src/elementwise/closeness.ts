/**
 * Closeness of floats, by PyTorch's definition: |input − other| ≤ atol + rtol · |other|.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.isclose.html
 */
import { ArgumentError, cast, requireTensor, sameShape, type Tensor } from '@sconce/core';
import { checkOptions } from '../families/options.js';
import { describeOp } from '../families/sample.js';
import { add, mul, sub } from './arithmetic.js';
import { eq, le } from './comparison.js';
import { all } from '../reduce/truth.js';
import { isfinite, isnan } from './kind.js';
import { logicalAnd, logicalOr } from './logic.js';
import { abs } from './sign.js';

export interface CloseOptions {
  /** Relative tolerance. Default: 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance. Default: 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default: false. */
  readonly equalNan?: boolean;
}

function requireTolerance(name: string, value: number): void {
  if (!(value >= 0)) throw new ArgumentError(`isclose: ${name} must be a number from 0, got ${String(value)}.`);
}

/**
 * Whether |input − other| ≤ atol + rtol · |other|; equal infinities are close.
 *
 * @throws ArgumentError when the dtypes differ or a tolerance is negative; ShapeError when the shapes do not broadcast.
 * @example isclose(tensor([1, 2.5]), tensor([1.000001, 2.6]))       // [true, false]
 * @see https://pytorch.org/docs/stable/generated/torch.isclose.html
 */
export const isclose = /* @__PURE__ */ describeOp(
  (input: Tensor, other: Tensor, options: CloseOptions = {}): Tensor => {
    checkOptions('isclose', options, ['rtol', 'atol', 'equalNan']);
    const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
    requireTensor('isclose', input);
    requireTensor('isclose', other, 'other');
    requireTolerance('rtol', rtol);
    requireTolerance('atol', atol);
    if (input.dtype !== other.dtype) {
      throw new ArgumentError(`isclose: got ${input.dtype} and ${other.dtype}, expected one dtype. Use other.to('${input.dtype}').`);
    }
    const same = eq(input, other);
    const equal = equalNan ? logicalOr(same, logicalAnd(isnan(input), isnan(other))) : same;
    if (rtol === 0 && atol === 0) return equal;
    const [a, b] = input.dtype === 'bool' ? [cast(input, 'int32'), cast(other, 'int32')] : [input, other];
    const apart = abs(sub(a, b));
    const near = le(apart, add(abs(mul(b, rtol)), atol));
    return logicalOr(equal, logicalAnd(isfinite(apart), near));
  },
  { name: 'isclose', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3] }] }], differentiable: false },
);

const holds = (everywhere: Tensor): Promise<boolean> => all(everywhere).item().then((x) => x !== 0);

/**
 * Whether `isclose` holds for all elements.
 *
 * @throws as `isclose`, at the call.
 * @returns a promise, because the values are read
 * @example await allclose(tensor([1.5]), tensor([1.5000001]))       // true
 * @see https://pytorch.org/docs/stable/generated/torch.allclose.html
 */
export const allclose = (input: Tensor, other: Tensor, options: CloseOptions = {}): Promise<boolean> =>
  holds(isclose(input, other, options));

/**
 * Whether two tensors have one shape and the same elements; NaN equals nothing.
 *
 * @returns a promise, because the values are read
 * @example await equal(tensor([1, 2]), tensor([1, 2]))   // true
 * @see https://pytorch.org/docs/stable/generated/torch.equal.html
 */
export function equal(input: Tensor, other: Tensor): Promise<boolean> {
  requireTensor('equal', input);
  requireTensor('equal', other, 'other');
  return sameShape(input.shape, other.shape) ? holds(eq(input, other)) : Promise.resolve(false);
}
