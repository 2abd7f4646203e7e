/**
 * Initialising parameters, in place and without a gradient.
 *
 * Invariant: every function gives the tensor that it was given, bound to its new value.
 *
 * Reference: https://pytorch.org/docs/stable/nn.init.html; Glorot and Bengio, Understanding the difficulty of training
 * deep feedforward neural networks (AISTATS 2010); He et al., Delving deep into rectifiers (ICCV 2015)
 */
import { applyInstruction, ArgumentError, assign, describe, noGrad, ShapeError, shapeText, tensor, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { add, argsort, clamp, erfinv, eye, fullLike, lt, mul, randLike, reshape, uniform, where, normal, normal_ as drawNormal_, uniform_ as drawUniform_ } from '@sconce/ops';
import { requireInteger } from '@sconce/ops/families';
import { keywords, type Rest } from './arguments.js';
import { orthonormalRows } from './orthonormal.js';

const put = (t: Tensor, op: string, value: () => Tensor): Tensor => noGrad(() => assign(t, value(), op));
const like = (t: Tensor) => ({ dtype: t.dtype, device: t.device });

export interface UniformOptions {
  readonly a?: number;
  readonly b?: number;
}

const UNIFORM = ['a', 'b'] as const;

/** Draws from the uniform distribution over [a, b), [0, 1) unless told. */
export function uniform_(t: Tensor, ...rest: Rest<UniformOptions, typeof UNIFORM>): Tensor {
  const { a = 0, b = 1 } = keywords<UniformOptions>('uniform_', UNIFORM, rest);
  return noGrad(() => drawUniform_(t, a, b));
}

export interface NormalOptions {
  readonly mean?: number;
  readonly std?: number;
}

const NORMAL = ['mean', 'std'] as const;

/** Draws from the normal distribution, the standard one unless told. */
export function normal_(t: Tensor, ...rest: Rest<NormalOptions, typeof NORMAL>): Tensor {
  const { mean = 0, std = 1 } = keywords<NormalOptions>('normal_', NORMAL, rest);
  return noGrad(() => drawNormal_(t, mean, std));
}

/** Fills with one value. */
export const constant_ = (t: Tensor, value: number): Tensor => put(t, 'constant_', () => fullLike(t, value));
/** Fills with ones. */
export const ones_ = (t: Tensor): Tensor => constant_(t, 1);
/** Fills with zeros. */
export const zeros_ = (t: Tensor): Tensor => constant_(t, 0);

export interface TruncNormalOptions extends NormalOptions, UniformOptions {}

const TRUNC_NORMAL = ['mean', 'std', 'a', 'b'] as const;

/**
 * Draws from the normal distribution, cut off at `a` and `b`, which are −2 and 2 unless told.
 *
 * @example init.truncNormal_(empty([3, 4]), { std: 0.02 });
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.trunc_normal_
 */
export function truncNormal_(t: Tensor, ...rest: Rest<TruncNormalOptions, typeof TRUNC_NORMAL>): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2 } = keywords<TruncNormalOptions>('truncNormal_', TRUNC_NORMAL, rest);
  const cumulative = (x: number): number => (1 + Number(applyInstruction(e.erf.row, [(x - mean) / std / Math.SQRT2], 'float64', 'float64'))) / 2;
  return put(t, 'truncNormal_', () => {
    const quantiles = uniform(2 * cumulative(a) - 1, 2 * cumulative(b) - 1, t.shape, like(t));
    return clamp(add(mul(erfinv(quantiles), std * Math.SQRT2), mean), a, b);
  });
}

/** The identity, as far as a matrix holds it. ShapeError for another rank. */
export function eye_(t: Tensor): Tensor {
  requireRank('eye_', t, [2]);
  return put(t, 'eye_', () => eye(t.shape[0], t.shape[1], like(t)));
}

/**
 * A convolution's weight that hands its input channels on, as far as there are outputs.
 *
 * @param t [M, C, …] with one to three spatial dimensions
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.dirac_
 */
export function dirac_(t: Tensor, groups = 1): Tensor {
  requireRank('dirac_', t, [3, 4, 5]);
  const [outputs, inputs, ...kernel] = t.shape;
  if (outputs % requireInteger('dirac_', 'groups', groups, 1) !== 0) {
    throw new ArgumentError(`dirac_: ${outputs} output channels do not fall into ${groups} groups.`);
  }
  const perGroup = outputs / groups;
  const center = kernel.reduce((at, n) => at * n + Math.floor(n / 2), 0);
  const points = kernel.reduce((n, m) => n * m, 1);
  const values = new Float32Array(t.numel());
  for (let g = 0; g < groups; g++) {
    for (let d = 0; d < Math.min(perGroup, inputs); d++) values[((g * perGroup + d) * inputs + d) * points + center] = 1;
  }
  return put(t, 'dirac_', () => reshape(tensor(values, like(t)), [...t.shape]));
}

function requireRank(op: string, t: Tensor, ranks: readonly number[]): void {
  if (!ranks.includes(t.ndim)) throw new ShapeError(`${op}: got a tensor of shape ${shapeText(t.shape)}, expected ${ranks.join(', ')} dimensions.`);
}

// ── by fan ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Nonlinearity =
  | 'linear' | 'conv1d' | 'conv2d' | 'conv3d' | 'conv_transpose1d' | 'conv_transpose2d' | 'conv_transpose3d'
  | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

const GAINS: Partial<Record<Nonlinearity, (param: number) => number>> = {
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leaky_relu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};
const UNIT: readonly string[] = ['linear', 'conv1d', 'conv2d', 'conv3d', 'conv_transpose1d', 'conv_transpose2d', 'conv_transpose3d', 'sigmoid'];

/**
 * The factor by which weights before this nonlinearity are scaled.
 *
 * @param param the slope of 'leaky_relu'. Default 0.01.
 * @throws ArgumentError for a nonlinearity without one.
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  const gain = GAINS[nonlinearity] ?? (UNIT.includes(nonlinearity) ? () => 1 : undefined);
  if (gain === undefined) throw new ArgumentError(`calculateGain: there is no gain for ${describe(nonlinearity)}.`);
  return gain(param);
}

/** How many inputs an output has, and outputs an input: [fanIn, fanOut]. */
export function fansOf(op: string, shape: Shape): [number, number] {
  if (shape.length < 2) throw new ShapeError(`${op}: got a tensor of shape ${shapeText(shape)}, expected at least two dimensions.`);
  const field = shape.slice(2).reduce((n, m) => n * m, 1);
  return [shape[1] * field, shape[0] * field];
}

export interface GainOptions {
  /** The factor by which the values are scaled, as `calculateGain` knows it. Default 1. */
  readonly gain?: number;
}

const GAIN = ['gain'] as const;
type GainRest = Rest<GainOptions, typeof GAIN>;

const gainOf = (op: string, rest: readonly unknown[]): number => keywords<GainOptions>(op, GAIN, rest).gain ?? 1;

/** Draws from [−a, a) with a = gain · √(6 / (fanIn + fanOut)). */
export function xavierUniform_(t: Tensor, ...rest: GainRest): Tensor {
  const gain = gainOf('xavierUniform_', rest);
  const [fanIn, fanOut] = fansOf('xavierUniform_', t.shape);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(t, -bound, bound);
}

/** Draws from the normal distribution with standard deviation gain · √(2 / (fanIn + fanOut)). */
export function xavierNormal_(t: Tensor, ...rest: GainRest): Tensor {
  const gain = gainOf('xavierNormal_', rest);
  const [fanIn, fanOut] = fansOf('xavierNormal_', t.shape);
  return normal_(t, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

export interface KaimingOptions {
  /** The slope of the leaky rectifier that follows. Default 0. */
  readonly a?: number;
  /** Default 'fan_in', which keeps the variance forward. */
  readonly mode?: 'fan_in' | 'fan_out';
  /** Default 'leaky_relu'. */
  readonly nonlinearity?: Nonlinearity;
}

const KAIMING = ['a', 'mode', 'nonlinearity'] as const;
type KaimingRest = Rest<KaimingOptions, typeof KAIMING>;

function kaimingDeviation(op: string, t: Tensor, rest: readonly unknown[]): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = keywords<KaimingOptions>(op, KAIMING, rest);
  const fans = fansOf(op, t.shape);
  if (mode !== 'fan_in' && mode !== 'fan_out') throw new ArgumentError(`${op}: mode must be 'fan_in' or 'fan_out', got ${describe(mode)}.`);
  return calculateGain(nonlinearity, a) / Math.sqrt(fans[mode === 'fan_in' ? 0 : 1]);
}

/** Draws from [−b, b) with b = gain · √(3 / fan). @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_uniform_ */
export function kaimingUniform_(t: Tensor, ...rest: KaimingRest): Tensor {
  const bound = Math.sqrt(3) * kaimingDeviation('kaimingUniform_', t, rest);
  return uniform_(t, -bound, bound);
}

/** Draws from the normal distribution with standard deviation gain / √fan. @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_normal_ */
export const kaimingNormal_ = (t: Tensor, ...rest: KaimingRest): Tensor =>
  normal_(t, 0, kaimingDeviation('kaimingNormal_', t, rest));

// ── structured ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * A matrix, of the first dimension by the rest, whose rows or columns are orthonormal, times `gain`.
 *
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.orthogonal_; Saxe, McClelland and Ganguli (2013)
 */
export function orthogonal_(t: Tensor, ...rest: GainRest): Tensor {
  const gain = gainOf('orthogonal_', rest);
  if (t.ndim < 2) throw new ShapeError(`orthogonal_: got a tensor of shape ${shapeText(t.shape)}, expected at least two dimensions.`);
  const rows = t.shape[0];
  const columns = t.numel() / Math.max(rows, 1);
  return put(t, 'orthogonal_', () => reshape(mul(orthonormalRows(normal(0, 1, [rows, columns], like(t))), gain), [...t.shape]));
}

/** Draws from the normal distribution, and sets a part of each column to zero. @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.sparse_ */
export function sparse_(t: Tensor, sparsity: number, std = 0.01): Tensor {
  requireRank('sparse_', t, [2]);
  const zeros = Math.ceil(sparsity * t.shape[0]);
  return put(t, 'sparse_', () => {
    const places = argsort(argsort(randLike(t), 0), 0);
    return where(lt(places, zeros), 0, normal(0, std, t.shape, like(t)));
  });
}
