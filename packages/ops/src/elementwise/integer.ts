/**
 * Common divisors and multiples.
 *
 * Euclid's steps depend on the data, so the divisor is a routine and no kernel. Invariant: results are not negative, and
 * gcd(0, 0) = 0.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.gcd.html
 */
import { broadcastShapes, cast, defineOp, NO_ATTRS, operandType, record, requireTensor, type Tensor } from '@sconce/core';
import { describeOp } from '../families/sample.js';
import { mul } from './arithmetic.js';
import { onlyIntegers } from '../families/checks.js';
import { positionsIn } from '../families/hosted.js';
import { floorDivide } from './division.js';
import { abs } from './sign.js';

const SAMPLES = [{ tensors: [{ shape: [2, 3], low: -20, high: 20, dtype: 'int32' as const }, { shape: [3], low: 1, high: 20, dtype: 'int32' as const }] }];

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const GCD = /* @__PURE__ */ defineOp({
  name: 'gcd',
  form: 'routine',
  routine: ([a, b], out) => {
    const [atA, atB] = [positionsIn(a.shape, out.shape), positionsIn(b.shape, out.shape)];
    const encode = out.dtype === 'int64' ? (x: bigint) => x : Number;
    for (let i = 0; i < out.data.length; i++) {
      Reflect.set(out.data, i, encode(divisor(BigInt(a.data[atA[i]]), BigInt(b.data[atB[i]]))));
    }
  },
});

/**
 * The greatest common divisor of input and other.
 *
 * @throws DTypeError for floats and bool; ShapeError when the shapes do not broadcast.
 * @example gcd(tensor([12, 18]), tensor([8, 27]))        // [4, 9]
 * @see https://pytorch.org/docs/stable/generated/torch.gcd.html
 */
export const gcd = /* @__PURE__ */ describeOp(
  (input: Tensor, other: Tensor): Tensor => {
    requireTensor('gcd', input);
    requireTensor('gcd', other, 'other');
    const dtype = operandType([input, other]);
    onlyIntegers(dtype, 'gcd');
    const shape = broadcastShapes('gcd', input.shape, other.shape);
    return record(GCD, [cast(input, dtype), cast(other, dtype)], NO_ATTRS, shape, dtype);
  },
  { name: 'gcd', samples: SAMPLES, differentiable: false },
);

/**
 * The least common multiple of input and other, 0 where one is 0.
 *
 * @throws DTypeError for floats and bool; ShapeError when the shapes do not broadcast.
 * @example lcm(tensor([4, 6]), tensor([6, 9]))           // [12, 18]
 * @see https://pytorch.org/docs/stable/generated/torch.lcm.html
 */
export const lcm = /* @__PURE__ */ describeOp(
  (input: Tensor, other: Tensor): Tensor => {
    requireTensor('lcm', input);
    requireTensor('lcm', other, 'other');
    onlyIntegers(operandType([input, other]), 'lcm');
    return abs(mul(floorDivide(input, gcd(input, other)), other));
  },
  { name: 'lcm', samples: SAMPLES, differentiable: false },
);
