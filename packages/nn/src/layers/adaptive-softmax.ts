/**
 * The adaptive softmax: classes in clusters by how frequent they are, where rare ones share what the head knows of their
 * cluster, and have smaller vectors.
 *
 * Which rows belong to which cluster is data, so every cluster is computed for all rows, and rows choose; nothing is read.
 *
 * Reference: Grave et al., Efficient softmax approximation for GPUs (ICML 2017)
 */
import { ArgumentError, describe, requireTensor, ShapeError, shapeText, type Tensor } from '@sconce/core';
import { add, argmax, cat, clamp, gather, ge, logicalAnd, logSoftmax, lt, mean, narrow, neg, squeeze, sub, unsqueeze, where, zerosLike } from '@sconce/ops';
import { parts, requireInteger, type Parts } from '@sconce/ops/families';
import { keywords, type Rest } from '../arguments.js';
import { ModuleList, Sequential } from '../containers.js';
import { Module } from '../module.js';
import { FACTORY, type FactoryOptions } from './factory.js';
import { Linear } from './linear.js';

export interface AdaptiveSoftmaxOptions extends FactoryOptions {
  /** How many times as small the vectors of each next cluster are. Default 4. */
  readonly divValue?: number;
  /** Whether the head has a learnt bias. Default false. */
  readonly headBias?: boolean;
}

const ADAPTIVE_SOFTMAX = ['divValue', 'headBias', ...FACTORY] as const;

const risesWithin = (cutoffs: readonly number[], end: number): boolean =>
  Symbol.iterator in Object(cutoffs) && cutoffs.length > 0 && cutoffs.every((c, i) => Number.isInteger(c) && c > (i === 0 ? 0 : cutoffs[i - 1]) && c < end);

/**
 * A softmax over many classes, sorted by falling frequency; `forward(x, target)` gives `{ output, loss }`: the log
 * probability of each row's target, and minus their mean.
 *
 * @param cutoffs where clusters end, rising: classes below the first are in the head
 * @throws ArgumentError for cutoffs that do not rise within 1 … nClasses − 1; ShapeError; IndexError when it is computed, for
 * a target that is no class.
 * @example
 * const { output, loss } = new AdaptiveLogSoftmaxWithLoss(16, 100, [10, 50]).forward(randn([4, 16]), tensor([3, 99, 0, 12]));
 * output.shape;      // [4]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  /** Where clusters end, the last with the number of classes. */
  readonly cutoffs: readonly number[];
  readonly divValue: number;
  readonly headBias: boolean;
  readonly head: Linear;
  readonly tail: ModuleList<Sequential>;

  constructor(
    readonly inFeatures: number,
    readonly nClasses: number,
    cutoffs: readonly number[],
    ...rest: Rest<AdaptiveSoftmaxOptions, typeof ADAPTIVE_SOFTMAX>
  ) {
    super();
    const op = 'AdaptiveLogSoftmaxWithLoss';
    const { divValue = 4, headBias = false, ...factory } = keywords<AdaptiveSoftmaxOptions>(op, ADAPTIVE_SOFTMAX, rest);
    requireInteger(op, 'inFeatures', inFeatures, 1);
    requireInteger(op, 'nClasses', nClasses, 2);
    if (!risesWithin(cutoffs, nClasses)) throw new ArgumentError(`${op}: cutoffs must be rising integers from 1 to ${nClasses - 1}, got ${describe(cutoffs)}.`);
    this.cutoffs = [...cutoffs, nClasses];
    [this.divValue, this.headBias] = [divValue, headBias];
    this.head = new Linear(inFeatures, cutoffs[0] + cutoffs.length, { bias: headBias, ...factory });
    this.tail = new ModuleList(
      cutoffs.map((from, i) => {
        const hidden = Math.floor(inFeatures / divValue ** (i + 1));
        return new Sequential(new Linear(inFeatures, hidden, { bias: false, ...factory }), new Linear(hidden, this.cutoffs[i + 1] - from, { bias: false, ...factory }));
      }),
    );
  }
  /** Draws all weights anew. */
  resetParameters(): void {
    for (const layer of this.modules()) if (layer instanceof Linear) layer.resetParameters();
  }

  /** The log probability of the target of each row, and the loss. */
  override forward(x: Tensor, target: Tensor): Parts<'output' | 'loss'> {
    const op = 'AdaptiveLogSoftmaxWithLoss';
    requireTensor(op, x);
    requireTensor(op, target, 'target');
    if (target.ndim > 1 || x.ndim !== target.ndim + 1 || x.shape[x.ndim - 1] !== this.inFeatures || (target.ndim === 1 && x.shape[0] !== target.shape[0])) {
      throw new ShapeError(`${op}: got an input of shape ${shapeText(x.shape)} and targets of shape ${shapeText(target.shape)}, expected [N, ${this.inFeatures}] and [N], or [${this.inFeatures}] and [].`);
    }
    const rows = target.ndim === 0 ? unsqueeze(x, 0) : x;
    const of = target.ndim === 0 ? unsqueeze(target, 0) : target;
    const [first] = this.cutoffs;
    // A target beyond all clusters looks for a column that the head has not, which is an IndexError.
    let column = where(lt(of, first), of, this.head.outFeatures);
    let within: Tensor = zerosLike(of).to(rows.dtype);
    [...this.tail].forEach((cluster, i) => {
      const [from, to] = [this.cutoffs[i], this.cutoffs[i + 1]];
      const mine = logicalAnd(ge(of, from), lt(of, to));
      const position = unsqueeze(clamp(sub(of, from), 0, to - from - 1), 1);
      column = where(mine, first + i, column);
      within = where(mine, squeeze(gather(logSoftmax(cluster.forward(rows), 1), 1, position), 1), within);
    });
    const output = add(within, squeeze(gather(logSoftmax(this.head.forward(rows), 1), 1, unsqueeze(column, 1)), 1));
    return parts({ output: target.ndim === 0 ? squeeze(output, 0) : output, loss: neg(mean(output)) });
  }

  /** Log probabilities of all classes, [N, nClasses]. */
  logProb(x: Tensor): Tensor {
    requireTensor('logProb', x);
    const head = logSoftmax(this.head.forward(x), 1);
    const [first] = this.cutoffs;
    const clusters = [...this.tail].map((cluster, i) => add(logSoftmax(cluster.forward(x), 1), narrow(head, 1, first + i, 1)));
    return cat([narrow(head, 1, 0, first), ...clusters], 1);
  }
  /** The most probable class of each row, [N]. */
  predict(x: Tensor): Tensor {
    return argmax(this.logProb(x), 1);
  }
}
