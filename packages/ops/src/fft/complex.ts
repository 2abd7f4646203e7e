/**
 * Complex numbers as pairs of real tensors: `{ real, imag }`, which is destructured too.
 *
 *   const { real, imag } = fft(x);
 *   const [real, imag] = fft(x);
 *
 * Invariant: both parts are ordinary tensors of one shape and dtype, so every op and every gradient works on them.
 *
 * Reference: docs/decisions/0008-complex-numbers-are-pairs.md; https://pytorch.org/docs/stable/complex_numbers.html
 */
import { cast, describe, DTypeError, isFloat, isInteger, isTensor, requireTensor, sameShape, ShapeError, shapeText, type DType, type Tensor } from '@sconce/core';
import { composite, parts, type Parts } from '../families/index.js';
import { add, atan2, broadcastTensors, cos, eq, hypot, mul, neg, select, sin, stack, sub, trueDivide, where } from '../index.js';

/** Complex numbers, as a transform gives them. */
export type Complex = Parts<'real' | 'imag'>;

/** Complex numbers, as functions take them. */
export interface ComplexParts {
  readonly real: Tensor;
  readonly imag: Tensor;
}

/** What is transformed: real numbers, or complex ones. */
export type Signal = Tensor | ComplexParts;

const TYPES: readonly DType[] = ['float32', 'float64'];

/** Real and imaginary parts as floats of one dtype. Integers are taken too, as JavaScript's 1.0 is 1. */
function floatParts(op: string, name: string, given: readonly [unknown, unknown]): [Tensor, Tensor] {
  const [real, imag] = given;
  requireTensor(op, real, `${name}.real`);
  requireTensor(op, imag, `${name}.imag`);
  const dtype = [real.dtype, imag.dtype].find(isFloat) ?? 'float32';
  const [re, im] = [real, imag].map((x) => (isInteger(x.dtype) ? cast(x, dtype) : x));
  if (!TYPES.includes(re.dtype) || re.dtype !== im.dtype) {
    throw new DTypeError(`${op}: ${name} has parts of ${real.dtype} and ${imag.dtype}, expected both float32 or both float64. Use .to('float32').`);
  }
  return [re, im];
}

/** Whether something is given as complex numbers. */
export const isComplex = (x: unknown): x is ComplexParts => typeof x === 'object' && x !== null && !isTensor(x) && 'real' in x && 'imag' in x;

/** The parts of complex numbers, checked. */
export function complexParts(op: string, x: unknown, name = 'input'): [Tensor, Tensor] {
  if (!isComplex(x)) throw new DTypeError(`${op}: ${name} must be complex numbers { real, imag }, got ${describe(x)}. Use complex(real, imag).`);
  const both = floatParts(op, name, [x.real, x.imag]);
  const [re, im] = both.map((part) => part.shape);
  if (!sameShape(re, im)) {
    throw new ShapeError(`${op}: ${name}.real is ${shapeText(re)} and ${name}.imag ${shapeText(im)}, expected one shape. Use complex(real, imag), which broadcasts.`);
  }
  return both;
}

/**
 * Complex numbers real + i·imag.
 *
 * @param real, imag tensors of one dtype, float32 or float64, that broadcast; integers become floats
 * @returns `{ real, imag }`
 * @throws DTypeError, ShapeError.
 * @example complexAbs(complex(tensor([3, 0.5]), tensor([4, 0.0])))       // [5, 0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.complex.html
 */
export function complex(real: Tensor, imag: Tensor): Complex {
  const [re, im] = broadcastTensors(...floatParts('complex', 'input', [real, imag]));
  return parts({ real: re, imag: im });
}

/**
 * Complex numbers of these absolute values and angles: abs·cos(angle) + i·abs·sin(angle).
 *
 * @returns `{ real, imag }`
 * @throws DTypeError, ShapeError.
 * @example polar(tensor([2.0, 0.5]), tensor([0, Math.PI])).real          // [2, -0.5]
 * @see https://pytorch.org/docs/stable/generated/torch.polar.html
 */
export function polar(abs: Tensor, angle: Tensor): Complex {
  const [r, phi] = floatParts('polar', 'input', [abs, angle]);
  return parts({ real: mul(r, cos(phi)), imag: mul(r, sin(phi)) });
}

/**
 * Complex numbers as one tensor with real and imaginary parts along a last dimension of 2.
 *
 * @param input `{ real, imag }` of shape [...]
 * @returns [..., 2]
 * @throws DTypeError, ShapeError.
 * @example viewAsReal(complex(tensor([1.5, 2]), tensor([3, 4.5])))       // [[1.5, 3], [2, 4.5]]
 * @see https://pytorch.org/docs/stable/generated/torch.view_as_real.html
 */
export function viewAsReal(input: ComplexParts): Tensor {
  return stack(complexParts('viewAsReal', input), -1);
}

/**
 * The complex numbers whose parts are along a last dimension of 2.
 *
 * @param input [..., 2]
 * @returns `{ real, imag }` of shape [...]
 * @throws DTypeError, ShapeError.
 * @example viewAsComplex(tensor([[1.5, 3], [2, 4.5]])).imag              // [3, 4.5]
 * @see https://pytorch.org/docs/stable/generated/torch.view_as_complex.html
 */
export function viewAsComplex(input: Tensor): Complex {
  const [x] = floatParts('viewAsComplex', 'input', [input, input]);
  if (x.shape.at(-1) !== 2) throw new ShapeError(`viewAsComplex: got ${shapeText(x.shape)}, expected a last dimension of 2 for real and imaginary part.`);
  return parts({ real: select(x, -1, 0), imag: select(x, -1, 1) });
}

/** At 0, where the absolute value has no slope, the gradient is 0. */
const ABS = /* @__PURE__ */ composite('complexAbs', (g, { inputs: [real, imag], output, needs }) => {
  const unit = (part: Tensor): Tensor => mul(g, where(eq(output, 0), 0, trueDivide(part, output)));
  return [needs[0] ? unit(real) : null, needs[1] ? unit(imag) : null];
});

/**
 * The absolute value √(real² + imag²) of complex numbers, which is `torch.abs` of them. Its gradient at 0 is 0.
 *
 * @throws DTypeError, ShapeError.
 * @example complexAbs(rfft(tensor([1, 0, 0.0, 0])))                      // [1, 1, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.abs.html
 */
export function complexAbs(input: ComplexParts): Tensor {
  const [real, imag] = complexParts('complexAbs', input);
  return ABS([real, imag], () => hypot(real, imag));
}

/**
 * The angle atan2(imag, real) of complex numbers, which is `torch.angle` of them.
 *
 * @throws DTypeError, ShapeError.
 * @example complexAngle(complex(tensor([0.0, -1]), tensor([1.5, 0])))    // [1.5708, 3.1416]
 * @see https://pytorch.org/docs/stable/generated/torch.angle.html
 */
export function complexAngle(input: ComplexParts): Tensor {
  const [real, imag] = complexParts('complexAngle', input);
  return atan2(imag, real);
}

/**
 * The conjugates real − i·imag.
 *
 * @throws DTypeError, ShapeError.
 * @example complexConj(complex(tensor([1.5]), tensor([2.5]))).imag       // [-2.5]
 * @see https://pytorch.org/docs/stable/generated/torch.conj.html
 */
export function complexConj(input: ComplexParts): Complex {
  const [real, imag] = complexParts('complexConj', input);
  return parts({ real, imag: neg(imag) });
}

/**
 * The product of complex numbers with complex or real ones, (a + ib)(c + id) = ac − bd + i(ad + bc).
 *
 * @param other `{ real, imag }`, or a tensor; shapes broadcast
 * @throws DTypeError, ShapeError.
 * @example
 * const i = complex(tensor([0.0]), tensor([1.0]));
 * complexMul(i, i).real;                                 // [-1]
 * @see https://pytorch.org/docs/stable/generated/torch.mul.html
 */
export function complexMul(input: ComplexParts, other: Signal): Complex {
  const [a, b] = complexParts('complexMul', input);
  if (isTensor(other)) return parts({ real: mul(a, other), imag: mul(b, other) });
  const [c, d] = complexParts('complexMul', other, 'other');
  return parts({ real: sub(mul(a, c), mul(b, d)), imag: add(mul(a, d), mul(b, c)) });
}
