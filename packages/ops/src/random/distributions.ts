/**
 * Random tensors of the common distributions.
 *
 * Equal seeds (`manualSeed`) give equal numbers, on every device. No gradient passes through a draw.
 *
 * Reference: https://pytorch.org/docs/stable/torch.html#random-sampling
 */
import {
  ArgumentError,
  broadcastShapes,
  cast,
  describe,
  drawing,
  DTypeError,
  findKnown,
  isFloat,
  isTensor,
  noGrad,
  requireTensor,
  type Generator,
  type Tensor,
  type TensorOptions,
} from '@sconce/core';
import * as e from '@sconce/core/e';
import { targetLike, targetOf, type Target } from '../creation/make.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { requireInteger, requireSizes, splitOptions, type SizesWith } from '../families/arguments.js';
import { binary } from '../families/binary.js';
import { probability } from '../families/checks.js';
import { drawIntegers, drawNormal, drawUniform } from './draw.js';

/** Options of functions that draw. */
export interface RandomOptions extends TensorOptions {
  /** Draws from this generator in place of the program's. */
  readonly generator?: Generator | null;
}

/** Calls `draw` with the options but for the generator, which it draws from. */
export const drawnWith = <O extends { readonly generator?: Generator | null }, R>({ generator, ...options }: O, draw: (options: Omit<O, 'generator'>) => R): R =>
  drawing(generator, () => draw(options));

type Draw = (shape: readonly number[], target: Target) => Tensor;

function requireReal(op: string, name: string, x: unknown): void {
  if (typeof x !== 'number') throw new ArgumentError(`${op}: ${name} must be a number, got ${describe(x)}.`);
}

function requireFloat(op: string, target: Target): Target {
  if (isFloat(target.dtype)) return target;
  throw new DTypeError(`${op}: got dtype ${target.dtype}, expected a float. Use randint or bernoulli for whole numbers.`);
}

const sized = (op: string, draw: Draw) =>
  (...given: SizesWith<RandomOptions>): Tensor => {
    const { sizes, options } = splitOptions(given);
    return drawnWith(options, (rest) => draw(requireSizes(op, sizes), requireFloat(op, targetOf(op, rest, 'float32'))));
  };

const like = (op: string, draw: Draw) =>
  (x: Tensor, options: TensorOptions = {}): Tensor => {
    const target = requireFloat(op, targetLike(op, x, options));
    return draw(x.shape, target);
  };

/**
 * Numbers uniform in [0, 1).
 *
 * @param given sizes as one list or one by one, then `{ dtype, device, requiresGrad, generator }`.
 * @example
 * manualSeed(0);
 * rand(2, 3);
 * @see https://pytorch.org/docs/stable/generated/torch.rand.html
 */
export const rand = /* @__PURE__ */ sized('rand', drawUniform);

/**
 * Numbers uniform in [0, 1), with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.rand_like.html
 */
export const randLike = /* @__PURE__ */ like('randLike', drawUniform);

/**
 * Normal numbers with mean 0 and deviation 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.randn.html
 */
export const randn = /* @__PURE__ */ sized('randn', drawNormal);

/**
 * Normal numbers with mean 0 and deviation 1, with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.randn_like.html
 */
export const randnLike = /* @__PURE__ */ like('randnLike', drawNormal);

// ── integers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function integers(op: string, low: number, high: number, shape: readonly number[], target: Target): Tensor {
  requireInteger(op, 'low', low);
  requireInteger(op, 'high', high);
  const range = high - low;
  if (range <= 0) throw new ArgumentError(`${op}: high must be above low, got ${low} and ${high}.`);
  if (range >= 2 ** 32) throw new ArgumentError(`${op}: high − low must be below 2^32, got ${range}.`);
  return drawIntegers(low, range, requireSizes(op, [shape]), target);
}

/**
 * Integers uniform from `low` (default 0) up to but without `high`: `randint(high, size)` or `randint(low, high, size)`.
 *
 * @throws ArgumentError when there is no integer between.
 * @example
 * randint(1, 7, [10]);      // ten dice, int32
 * @see https://pytorch.org/docs/stable/generated/torch.randint.html
 */
export function randint(high: number, size: readonly number[], options?: RandomOptions): Tensor;
export function randint(low: number, high: number, size: readonly number[], options?: RandomOptions): Tensor;
export function randint(a: number, b: number | readonly number[], c?: readonly number[] | RandomOptions, d: RandomOptions = {}): Tensor {
  const op = 'randint';
  const [low, high, size, options] = typeof b === 'number' ? [a, b, c, d] : [0, a, b, (c ?? {}) as RandomOptions];
  if (!Array.isArray(size)) throw new ArgumentError(`${op}: size must be a list of integers, got ${describe(size)}.`);
  return drawnWith(options, (rest) => integers(op, low, high, size as readonly number[], targetOf(op, rest, 'int32')));
}

/**
 * Integers uniform from `low` (default 0) up to but without `high`, with shape, dtype and device of `x`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.randint_like.html
 */
export function randintLike(x: Tensor, high: number, options?: TensorOptions): Tensor;
export function randintLike(x: Tensor, low: number, high: number, options?: TensorOptions): Tensor;
export function randintLike(x: Tensor, a: number, b?: number | TensorOptions, c: TensorOptions = {}): Tensor {
  const [low, high, options] = typeof b === 'number' ? [a, b, c] : [0, a, b ?? {}];
  requireTensor('randintLike', x);
  return integers('randintLike', low, high, x.shape, targetLike('randintLike', x, options));
}

// ── with parameters ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A number of the distribution for each element of a shape, on the device and in the dtype of tensors among its parameters. */
function scaled(op: string, draw: Draw, shift: number | Tensor, scale: number | Tensor, size: readonly number[] | undefined, options: TensorOptions): Tensor {
  const tensors = [shift, scale].filter(isTensor);
  if (tensors.length === 0 && size === undefined) throw new ArgumentError(`${op}: size must be given when both parameters are numbers.`);
  const shape = size === undefined ? broadcastShapes(op, ...tensors.map((x) => x.shape)) : requireSizes(op, [size]);
  const model = tensors.find((x) => isFloat(x.dtype));
  const device = options.device ?? tensors[0]?.device;
  const target = requireFloat(op, targetOf(op, device === undefined ? options : { ...options, device }, model?.dtype ?? 'float32'));
  const y = noGrad(() => add(mul(draw(shape, { ...target, requiresGrad: false }), scale), shift));
  return target.requiresGrad ? y.requiresGrad_() : y;
}

/**
 * Normal numbers with the given means and deviations: numbers and a size, or tensors that broadcast.
 *
 * @throws ArgumentError for a negative deviation, or without a size when both are numbers.
 * @example
 * normal(0, 0.02, [3, 3]);
 * @see https://pytorch.org/docs/stable/generated/torch.normal.html
 */
export function normal(mean: number | Tensor, std: number | Tensor = 1, size?: readonly number[], options: RandomOptions = {}): Tensor {
  if (typeof std === 'number' && !(std >= 0)) throw new ArgumentError(`normal: std must not be negative, got ${std}.`);
  return drawnWith(options, (rest) => scaled('normal', drawNormal, mean, std, size, rest));
}

/**
 * Numbers uniform in [low, high).
 *
 * @throws ArgumentError when `high` is below `low`.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 */
export function uniform(low: number, high: number, size: readonly number[], options: TensorOptions = {}): Tensor {
  requireReal('uniform', 'low', low);
  requireReal('uniform', 'high', high);
  if (!(high >= low)) throw new ArgumentError(`uniform: high must not be below low, got ${low} and ${high}.`);
  return scaled('uniform', drawUniform, low, high - low, size, options);
}

/** Whether a number of [0, 1) is below a probability, which is checked. */
const isBelow = /* @__PURE__ */ binary({
  name: 'bernoulli',
  result: 'bool',
  scalar: (u, p) => e.lt(u, probability(p, 'bernoulli')),
});

/**
 * 1 with probability `p` and 0 otherwise, in the dtype of `x`. Without `p`, `x` holds the probabilities.
 *
 * @throws ArgumentError when a probability is outside [0, 1], on reading for one that was computed; DTypeError when
 * probabilities are no floats.
 * @example
 * bernoulli(full([5], 0.3));
 * @see https://pytorch.org/docs/stable/generated/torch.bernoulli.html
 */
export function bernoulli(x: Tensor, p?: number | Tensor): Tensor {
  const op = 'bernoulli';
  requireTensor(op, x);
  if (p === undefined && !isFloat(x.dtype)) {
    throw new DTypeError(`${op}: probabilities must be floats, got a tensor of ${x.dtype}. Pass p, or use x.to('float32').`);
  }
  if (typeof p === 'number' && !(p >= 0 && p <= 1)) throw new ArgumentError(`${op}: p must be from 0 to 1, got ${p}.`);
  const given = p ?? x;
  const wrong = isTensor(given) ? findKnown(given, (q) => !(q >= 0 && q <= 1)) : undefined;
  if (wrong !== undefined) throw new ArgumentError(`${op}: probabilities must be from 0 to 1, got ${wrong.value} at position ${wrong.position}.`);
  const dtype = isTensor(given) && given.dtype === 'float64' ? 'float64' : 'float32';
  return noGrad(() => cast(isBelow(drawUniform(x.shape, { dtype, device: x.device, requiresGrad: false }), given), x.dtype));
}
