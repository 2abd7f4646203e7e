/**
 * In-place forms: a tensor's handle is bound to a draw of its shape, dtype and device.
 *
 * A parameter is filled inside `noGrad`, as in PyTorch.
 */
import { ArgumentError, assign, isFloat, noGrad, requireTensor, type Tensor, type TensorOptions } from '@sconce/core';
import { add, mul, neg, sub } from '../elementwise/arithmetic.js';
import { trueDivide } from '../elementwise/division.js';
import { exp, log1p } from '../elementwise/exponential.js';
import { floor } from '../elementwise/rounding.js';
import { tan } from '../elementwise/trigonometric.js';
import { onlyFloats, type DTypeCheck } from '../families/checks.js';
import { bernoulli, normal, rand, randint, uniform } from './distributions.js';

/** A draw with two numbers, such as bounds. */
type Draw = (a: number, b: number, size: readonly number[], options: TensorOptions) => Tensor;

/** Binds `x` to a draw of its shape, dtype and device. */
function filled(op: string, x: Tensor, draw: Draw, a: number, b: number): Tensor {
  requireTensor(op, x);
  return assign(x, draw(a, b, x.shape, { dtype: x.dtype, device: x.device }), op);
}

/**
 * Fills `x` with numbers uniform in [from, to).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 */
export const uniform_ = (x: Tensor, from = 0, to = 1): Tensor => filled('uniform_', x, uniform, from, to);

/**
 * Fills `x` with normal numbers of the given mean and deviation.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
 */
export const normal_ = (x: Tensor, mean = 0, std = 1): Tensor => filled('normal_', x, normal, mean, std);

/**
 * Fills `x` with 1 with probability `p` and 0 otherwise.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
 */
export const bernoulli_ = (x: Tensor, p: number | Tensor = 0.5): Tensor => assign(x, bernoulli(x, p), 'bernoulli_');

// ── functions of uniform numbers ─────────────────────────────────────────────────────────────────────────────────────

/** Binds `x` to a function of numbers uniform in [0, 1). */
function mapped(op: string, x: Tensor, f: (u: Tensor) => Tensor, check?: DTypeCheck): Tensor {
  requireTensor(op, x);
  check?.(x.dtype, op);
  const dtype = isFloat(x.dtype) ? x.dtype : 'float32';
  return assign(x, noGrad(() => f(rand(x.shape, { dtype, device: x.device }))), op);
}

function requirePositive(op: string, name: string, value: number): void {
  if (!(value > 0)) throw new ArgumentError(`${op}: ${name} must be positive, got ${value}.`);
}

/**
 * Fills `x` with numbers of density λ e^−λx.
 *
 * @throws ArgumentError when λ is not positive; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.exponential_.html
 */
export function exponential_(x: Tensor, lambd = 1): Tensor {
  requirePositive('exponential_', 'lambd', lambd);
  return mapped('exponential_', x, (u) => trueDivide(log1p(neg(u)), -lambd), onlyFloats);
}

/**
 * Fills `x` with numbers of density σ / π / ((x − median)² + σ²).
 *
 * @throws ArgumentError when σ is not positive; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.cauchy_.html
 */
export function cauchy_(x: Tensor, median = 0, sigma = 1): Tensor {
  requirePositive('cauchy_', 'sigma', sigma);
  return mapped('cauchy_', x, (u) => add(mul(tan(mul(sub(u, 0.5), Math.PI)), sigma), median), onlyFloats);
}

/**
 * Fills `x` with how many trials it takes until one of probability `p` succeeds: k = 1, 2, … with p (1 − p)^(k − 1).
 *
 * @throws ArgumentError when `p` is not between 0 and 1.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.geometric_.html
 */
export function geometric_(x: Tensor, p: number): Tensor {
  if (!(p > 0 && p < 1)) throw new ArgumentError(`geometric_: p must be between 0 and 1, got ${p}.`);
  return mapped('geometric_', x, (u) => add(floor(trueDivide(log1p(neg(u)), Math.log1p(-p))), 1));
}

/**
 * Fills `x` with numbers whose logarithm is normal with the given mean and deviation.
 *
 * @throws ArgumentError when `std` is not positive; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.log_normal_.html
 */
export function logNormal_(x: Tensor, mean = 1, std = 2): Tensor {
  requirePositive('logNormal_', 'std', std);
  return filled('logNormal_', x, (...given) => noGrad(() => exp(normal(...given))), mean, std);
}

/** Whole numbers up to which a dtype holds them all. */
const WHOLE: Readonly<Record<string, number>> = { float32: 2 ** 24, float16: 2 ** 11, bfloat16: 2 ** 8, int8: 2 ** 7, uint8: 2 ** 8, bool: 2 };

/**
 * Fills `x` with integers uniform from `from` up to but without `to`: `random_(to)` or `random_(from, to)`. Without bounds,
 * from 0 up to the largest up to which the dtype holds every integer, at most 2^31.
 *
 * @throws ArgumentError when there is no integer between.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.random_.html
 */
export function random_(x: Tensor, ...bounds: readonly [] | readonly [to: number] | readonly [from: number, to: number]): Tensor {
  requireTensor('random_', x);
  const [from, to] = bounds.length === 2 ? bounds : [0, bounds[0] ?? Math.min(WHOLE[x.dtype] ?? 2 ** 31, 2 ** 31)];
  return filled('random_', x, randint, from, to);
}
