/**
 * What PyTorch has for complex tensors, of real ones: there is no complex dtype here, so a tensor is its own real part and
 * its own conjugate. Complex numbers are pairs of tensors, with functions of their own in `@sconce/ops/fft`.
 *
 * Reference: https://pytorch.org/docs/stable/complex_numbers.html
 */
import { alias, DTypeError, requireTensor, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { unary, type Unary } from '../families/unary.js';
import { isNaNExpr } from '../families/bits.js';
import { zeroGrad } from './zero.js';

/**
 * The angle of each element: π below zero, 0 from zero on, and NaN of NaN. Its gradient is 0.
 *
 * @example angle(tensor([-1.5, 2]))                      // [3.1416, 0]
 * @see https://pytorch.org/docs/stable/generated/torch.angle.html
 */
export const angle: Unary = /* @__PURE__ */ unary({
  name: 'angle',
  scalar: (x) => e.select(isNaNExpr(x), x, e.select(e.lt(x, 0), e.const(Math.PI, x.dtype), 0)),
  grad: zeroGrad,
});

const unchanged = (name: string): Unary => (x) => {
  requireTensor(name, x);
  return alias(x);
};

/**
 * The real part, which is the tensor.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.real.html
 */
export const real: Unary = /* @__PURE__ */ unchanged('real');

/**
 * The imaginary part, which a real tensor has none of.
 *
 * @throws DTypeError always, as PyTorch for real tensors. Of a pair `z` it is `z.imag`.
 * @see https://pytorch.org/docs/stable/generated/torch.imag.html
 */
export function imag(x: Tensor): never {
  requireTensor('imag', x);
  throw new DTypeError(`imag: got ${x.dtype}, expected complex numbers, which are pairs here: z.imag.`);
}

/**
 * The conjugate, which is the tensor.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.conj.html
 */
export const conj: Unary = /* @__PURE__ */ unchanged('conj');
/** As `conj`. */
export const conjPhysical: Unary = /* @__PURE__ */ unchanged('conjPhysical');
/** As `conj`: nothing waits to be conjugated. */
export const resolveConj: Unary = /* @__PURE__ */ unchanged('resolveConj');
/** As `conj`: nothing waits to be negated. */
export const resolveNeg: Unary = /* @__PURE__ */ unchanged('resolveNeg');

/**
 * Whether elements are complex, which none are.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.is_complex.html
 */
export function isComplex(x: Tensor): boolean {
  requireTensor('isComplex', x);
  return false;
}

/**
 * Whether elements wait to be conjugated, which none do.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.is_conj.html
 */
export function isConj(x: Tensor): boolean {
  requireTensor('isConj', x);
  return false;
}
