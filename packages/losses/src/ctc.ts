/**
 * Connectionist temporal classification: the loss of a sequence of labels against frames that are not aligned with them.
 *
 * The sum over alignments is no loop nest, so it is a routine, and so is its gradient. As in PyTorch, the gradient is that
 * of the scores in front of a log-softmax: exp(log-probability) − occupation, which is the same once it has passed
 * the log-softmax.
 *
 * Reference: Graves et al., Connectionist temporal classification (ICML 2006);
 * https://pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html
 */
import {
  ArgumentError,
  cast,
  computeType,
  defineOp,
  describe,
  DTypeError,
  IndexError,
  isInteger,
  isTensor,
  record,
  requireTensor,
  ShapeError,
  shapeText,
  tensor,
  type Attrs,
  type Routine,
  type Tensor,
} from '@sconce/core';
import { clampMin, div, eq, mean, reshape, where } from '@sconce/ops';
import { describeOp, requireInteger } from '@sconce/ops/families';
import { negativeLogLikelihood, occupations, type Sample } from './ctc-alignment.js';
import { checkLossOptions, reduce, requireFloat, type ReductionOptions } from './reduction.js';

interface CTCAttrs extends Attrs {
  readonly blank: number;
  readonly zeroInfinity: boolean;
}

type Arrays = Parameters<Routine>[0];

/** The samples of a batch. Log-probabilities are [T, N, C]; targets [N, S], or all after each other. */
function samplesOf([scores, targets, frames, lengths]: Arrays, { blank }: CTCAttrs): Sample[] {
  const [most, count, classes] = scores.shape;
  let start = 0;
  return Array.from({ length: count }, (_, n) => {
    const length = Number(lengths.data[n]);
    const first = targets.shape.length === 2 ? n * targets.shape[1] : start;
    const room = targets.shape.length === 2 ? targets.shape[1] : targets.data.length - start;
    start += length;
    requireLength('targetLengths', n, length, room);
    requireLength('inputLengths', n, Number(frames.data[n]), most);
    const labels = Array.from({ length }, (_, i) => Number(targets.data[first + i]));
    labels.forEach((label, i) => {
      if (label >= 0 && label < classes) return;
      throw new IndexError(`ctcLoss: target ${label} at position ${first + i} is not a class; input has ${classes} classes (0 to ${classes - 1}).`);
    });
    return { frames: Number(frames.data[n]), labels, blank, at: (t, cls) => Number(scores.data[(t * count + n) * classes + cls]) };
  });
}

function requireLength(name: string, n: number, length: number, most: number): void {
  if (length >= 0 && length <= most) return;
  throw new ArgumentError(`ctcLoss: ${name}[${n}] is ${length}, expected 0 to ${most}.`);
}

const CTC = /* @__PURE__ */ defineOp({
  name: 'ctcLoss',
  form: 'routine',
  routine: (inputs, { data, attrs }) => samplesOf(inputs, attrs as CTCAttrs).forEach((sample, n) => (data[n] = negativeLogLikelihood(sample))),
  grad: (g, { inputs, attrs }) => [record(CTC_GRADIENT, [...inputs, g], attrs, inputs[0].shape, inputs[0].dtype)],
});

const CTC_GRADIENT = /* @__PURE__ */ defineOp({
  name: 'ctcLossGradient',
  form: 'routine',
  routine: (inputs, { data, attrs }) => {
    const [scores, , , , g] = inputs;
    const [, count, classes] = scores.shape;
    data.fill(0 as never);
    samplesOf(inputs, attrs as CTCAttrs).forEach((sample, n) => {
      const factor = Number(g.data[n]);
      if ((attrs as CTCAttrs).zeroInfinity && negativeLogLikelihood(sample) === Infinity) return;
      const place = (t: number, cls: number): number => (t * count + n) * classes + cls;
      for (let t = 0; t < sample.frames; t++) {
        for (let cls = 0; cls < classes; cls++) data[place(t, cls)] = factor * Math.exp(sample.at(t, cls));
      }
      occupations(sample, (t, cls, probability) => {
        data[place(t, cls)] = Number(data[place(t, cls)]) - factor * probability;
      });
    });
  },
});

/** Lengths as an integer tensor [N]. */
function lengthsOf(name: string, given: Tensor | readonly number[] | number, count: number, device: string): Tensor {
  const x = isTensor(given) ? given : tensor(typeof given === 'number' ? [given] : given, { dtype: 'int32', device });
  if (!isInteger(x.dtype)) throw new DTypeError(`ctcLoss: ${name} must hold integers, got ${x.dtype}. Use ${name}.to('int32').`);
  if (x.numel() !== count) throw new ShapeError(`ctcLoss: ${name} has shape ${shapeText(x.shape)}, expected [${count}], one length for each sample.`);
  return reshape(x, [count]);
}

export interface CTCOptions extends ReductionOptions {
  /** The class of blanks. Default 0. */
  readonly blank?: number;
  /** Count the losses of samples whose labels do not fit into their frames, which are infinite, as 0. Default false. */
  readonly zeroInfinity?: boolean;
}

/**
 * −log of the probability of the labels, summed over all alignments with the frames. The mean divides each by its number
 * of labels first.
 *
 * @param logProbs logarithms of probabilities, [T, N, C] or [T, C]
 * @param targets integer labels, [N, S] or all after each other; none of them blank
 * @param inputLengths, targetLengths how many frames and labels each sample has: tensors or lists of integers, [N]
 * @throws ShapeError, DTypeError, ArgumentError; IndexError when computed, for a label that is no class.
 * @example
 * const logProbs = logSoftmax(randn([50, 16, 20]), 2);
 * ctcLoss(logProbs, randint(1, 20, [16, 30]), new Array(16).fill(50), new Array(16).fill(30));
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html
 */
export const ctcLoss = /* @__PURE__ */ describeOp(
  (
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
    options: CTCOptions = {},
  ): Tensor => {
    const op = 'ctcLoss';
    const reduction = checkLossOptions(op, options, ['blank', 'zeroInfinity']);
    requireTensor(op, logProbs, 'logProbs');
    requireTensor(op, targets, 'targets');
    requireFloat(op, logProbs, 'logProbs');
    if (!isInteger(targets.dtype)) throw new DTypeError(`${op}: targets must hold integers, got ${targets.dtype}. Use targets.to('int32').`);
    if (logProbs.ndim !== 2 && logProbs.ndim !== 3) throw new ShapeError(`${op}: logProbs must be [T, N, C] or [T, C], got ${shapeText(logProbs.shape)}.`);
    const single = logProbs.ndim === 2;
    const wide = cast(logProbs, computeType(logProbs.dtype));
    const scores = single ? reshape(wide, [logProbs.shape[0], 1, logProbs.shape[1]]) : wide;
    const [, count, classes] = scores.shape;
    if (targets.ndim > 2 || (targets.ndim === 2 && targets.shape[0] !== count)) {
      throw new ShapeError(`${op}: targets must be [${count}, S] or all labels after each other, got ${shapeText(targets.shape)}.`);
    }
    const { blank = 0, zeroInfinity = false } = options;
    requireInteger(op, 'blank', blank, 0);
    if (blank >= classes) throw new ArgumentError(`${op}: blank must be a class, 0 to ${classes - 1}, got ${describe(blank)}.`);
    const frames = lengthsOf('inputLengths', inputLengths, count, logProbs.device);
    const lengths = lengthsOf('targetLengths', targetLengths, count, logProbs.device);

    const found = record(CTC, [scores, targets, frames, lengths], { blank, zeroInfinity } satisfies CTCAttrs, [count], scores.dtype);
    const loss = cast(zeroInfinity ? where(eq(found, Infinity), 0, found) : found, logProbs.dtype);
    if (reduction === 'mean') return mean(div(loss, clampMin(lengths, 1)));
    return reduce(single ? reshape(loss, []) : loss, reduction);
  },
  { name: 'ctcLoss', samples: [], differentiable: false },
);
