/**
 * Normalisation by channels: over a batch, with running statistics for evaluation, and over each sample alone.
 *
 * Invariant: running statistics are rebound in place, without a gradient, and only when the batch's own were used. They
 * hold the unbiased variance, while the batch is divided by its own.
 *
 * Reference: Ioffe and Szegedy, Batch Normalization (ICML 2015); Ulyanov, Vedaldi and Lempitsky, Instance Normalization
 * (2016)
 */
import { alias, assign, hiding, noGrad, requireTensor, ShapeError, shapeText, ArgumentError, type Tensor } from '@sconce/core';
import { add, mean as meanOver, mul, reshape, rsqrt, sub, zeros } from '@sconce/ops';
import { describeOp, onlyFloats } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { requireAffine } from './layer-norm.js';
import { scaleAndShift, standardize } from './standardize.js';

export interface BatchNormOptions {
  /** [C], scales what was normalised. */
  readonly weight?: Tensor | null;
  /** [C], is added to it. */
  readonly bias?: Tensor | null;
  /** Whether to use the batch's statistics. Default false. */
  readonly training?: boolean;
  /** The part that the batch has in the new running statistics. Default 0.1. */
  readonly momentum?: number | Tensor;
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const BATCH_NORM = ['weight', 'bias', 'training', 'momentum', 'eps'] as const;

type Statistics = Tensor | null;

/** [C] along dimension 1 of this many. */
const alongChannels = (t: Tensor, rank: number): Tensor => reshape(t, [1, t.numel(), ...new Array<number>(rank - 2).fill(1)]);

/** running + momentum · (fresh − running), put into `running`. */
function move(op: string, running: Statistics, fresh: Tensor, momentum: number | Tensor): void {
  if (running !== null) hiding(() => assign(running, add(running, mul(sub(fresh, running), momentum)), op));
}

function requireChannels(op: string, x: Tensor, named: Readonly<Record<string, Statistics>>): void {
  for (const [name, t] of Object.entries(named)) requireAffine(op, x, t, name, [x.shape[1]], 'one for each channel');
}

interface Normalized {
  readonly output: Tensor;
  /** Of the batch, [C]; null where the running statistics were used. */
  readonly used: { readonly mean: Tensor; readonly rstd: Tensor } | null;
}

function normalizeBatch(op: string, x: Tensor, runningMean: Statistics, runningVar: Statistics, options: BatchNormOptions): Normalized {
  requireTensor(op, x);
  if (x.numel() === 0 && x.ndim < 2) return { output: alias(x), used: null };
  onlyFloats(x.dtype, op);
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (x.ndim < 2) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least two dimensions [N, C, …].`);
  requireChannels(op, x, { runningMean, runningVar, weight, bias });
  const [scale, shift] = [weight, bias].map((t) => t && alongChannels(t, x.ndim));
  if (!training) {
    if (runningMean === null || runningVar === null) throw new ArgumentError(`${op}: expected runningMean and runningVar when training is false.`);
    const rstd = alongChannels(rsqrt(add(runningVar, eps)), x.ndim);
    const y = mul(sub(x, alongChannels(runningMean, x.ndim)), scale === null ? rstd : mul(rstd, scale));
    return { output: shift === null ? y : add(y, shift), used: null };
  }
  const count = x.numel() / x.shape[1];
  if (count === 1) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected more than one element for each channel in training.`);
  const dims = x.shape.flatMap((_, d) => (d === 1 ? [] : [d]));
  const { value, mean, variance, rstd } = standardize(op, x, dims, eps);
  const perChannel = (t: Tensor): Tensor => reshape(t, [x.shape[1]]);
  if (count > 1) {
    noGrad(() => {
      move(op, runningMean, perChannel(mean), momentum);
      move(op, runningVar, mul(perChannel(variance), count / (count - 1)), momentum);
    });
  }
  return { output: scaleAndShift(value, scale, shift), used: { mean: perChannel(mean), rstd: perChannel(rstd) } };
}

/**
 * Each channel standardised over the batch and all positions, or with running statistics:
 * (x − mean) / √(var + eps) · weight + bias.
 *
 * @param x [N, C, …]
 * @param runningMean and `runningVar`: [C]; used when `training` is false, rebound in place when it is true.
 * @throws ShapeError for sizes that do not fit, or one element a channel in training; DTypeError for integers.
 * @example batchNorm(x, null, null, { training: true })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export const batchNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, runningMean: Statistics = null, runningVar: Statistics = null, ...rest: Rest<BatchNormOptions, typeof BATCH_NORM>): Tensor =>
    normalizeBatch('batchNorm', x, runningMean, runningVar, keywords('batchNorm', BATCH_NORM, rest)).output,
  {
    name: 'batchNorm',
    samples: [{ tensors: [{ shape: [3, 2, 2] }], rest: [null, null, { training: true }] }],
    differentiable: true,
  },
);

/** `batchNorm`, with the means and 1 / √(var + eps) of the batch, which are empty where it used the running statistics. */
export function nativeBatchNorm(
  x: Tensor,
  weight: Statistics = null,
  bias: Statistics = null,
  runningMean: Statistics = null,
  runningVar: Statistics = null,
  training = false,
  momentum = 0.1,
  eps = 1e-5,
): [Tensor, Tensor, Tensor] {
  const { output, used } = normalizeBatch('nativeBatchNorm', x, runningMean, runningVar, { weight, bias, training, momentum, eps });
  const none = (): Tensor => zeros([0], { dtype: x.dtype, device: x.device });
  return used === null ? [output, none(), none()] : [output, used.mean, used.rstd];
}

// ── over each sample alone ───────────────────────────────────────────────────────────────────────────────────────────

export interface InstanceNormOptions {
  readonly runningMean?: Statistics;
  readonly runningVar?: Statistics;
  /** [C], scales what was normalised. */
  readonly weight?: Tensor | null;
  /** [C], is added to it. */
  readonly bias?: Tensor | null;
  /** Whether to use each sample's own statistics. Default true. */
  readonly useInputStats?: boolean;
  /** Default 0.1. */
  readonly momentum?: number | Tensor;
  /** Default 1e-5. */
  readonly eps?: number;
}

const INSTANCE_NORM = ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps'] as const;

/**
 * Each channel of each sample standardised over all positions.
 *
 * @param x [N, C, …]
 * @throws ShapeError for sizes that do not fit, or one position; DTypeError for integers.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html
 */
export const instanceNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, ...rest: Rest<InstanceNormOptions, typeof INSTANCE_NORM>): Tensor => {
    const op = 'instanceNorm';
    requireTensor(op, x);
    onlyFloats(x.dtype, op);
    const { runningMean = null, runningVar = null, weight = null, bias = null, useInputStats = true, momentum = 0.1, eps = 1e-5 } =
      keywords<InstanceNormOptions>(op, INSTANCE_NORM, rest);
    if (!useInputStats) return normalizeBatch(op, x, runningMean, runningVar, { weight, bias, eps }).output;
    if (x.ndim < 3) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected at least three dimensions [N, C, …].`);
    const count = x.shape.slice(2).reduce((n, d) => n * d, 1);
    if (count === 1) throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)}, expected more than one position.`);
    requireChannels(op, x, { runningMean, runningVar, weight, bias });
    const { value, mean, variance } = standardize(op, x, x.shape.slice(2).map((_, d) => d + 2), eps);
    if (x.numel() > 0) {
      noGrad(() => {
        const overBatch = (t: Tensor): Tensor => meanOver(reshape(t, [x.shape[0], x.shape[1]]), 0);
        move(op, runningMean, overBatch(mean), momentum);
        move(op, runningVar, mul(overBatch(variance), count / (count - 1)), momentum);
      });
    }
    return scaleAndShift(value, weight && alongChannels(weight, x.ndim), bias && alongChannels(bias, x.ndim));
  },
  {
    name: 'instanceNorm',
    samples: [{ tensors: [{ shape: [2, 2, 3] }] }],
    differentiable: true,
  },
);
