/**
 * Binomial numbers: outcomes are laid one after the other on [0, 1), from the likeliest outwards, each as long as it is
 * likely, and one uniform number says in which it lies.
 *
 * Invariant: a draw takes about √(n p (1 − p)) steps, and is the same on every backend.
 *
 * Reference: Devroye, Non-Uniform Random Variate Generation (1986), chapter X.4.
 */
import { broadcastShapes, cast, computeType, defineOp, DTypeError, NO_ATTRS, numbersOf, record, requireTensor, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { onlyFloats } from '../families/checks.js';
import { broadcasted } from '../view/expand.js';
import { drawBits } from './draw.js';

/** Read at each call: a field that is read when the file is loaded stays in every application. */
const lgamma = (x: number): number => (e.lgamma.row.js as (x: number) => number)(x);

/** How many of n trials of probability p succeed, for a number u of [0, 1). As in PyTorch, what is outside of [0, 1] counts as its nearer end. */
function outcome(u: number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (Number.isNaN(n + p)) return NaN;
  const mode = Math.min(Math.floor((n + 1) * p), n);
  const odds = p / (1 - p);
  const choices = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1);
  let [low, high] = [mode, mode];
  let below = Math.exp(choices + mode * Math.log(p) + (n - mode) * Math.log1p(-p));
  let above = below;
  for (let rest = u - below; rest >= 0; ) {
    const nextBelow = low > 0 ? (below * low) / ((n - low + 1) * odds) : 0;
    const nextAbove = high < n ? (above * (n - high) * odds) / (high + 1) : 0;
    if (nextBelow === 0 && nextAbove === 0) return mode;
    const goesUp = nextAbove >= nextBelow;
    if (goesUp) [high, above] = [high + 1, nextAbove];
    else [low, below] = [low - 1, nextBelow];
    rest -= goesUp ? above : below;
    if (rest < 0) return goesUp ? high : low;
  }
  return mode;
}

const BINOMIAL = /* @__PURE__ */ defineOp({
  name: 'binomial',
  form: 'routine',
  routine: ([words, counts, probabilities], { data }) => {
    const bits = words.data as Int32Array;
    const [n, p] = [numbersOf(counts.data, counts.dtype), numbersOf(probabilities.data, probabilities.dtype)];
    for (let i = 0; i < data.length; i++) {
      const u = ((bits[i] >>> 5) * 2 ** 26 + (bits[data.length + i] >>> 6) + 0.5) * 2 ** -53;
      data[i] = outcome(u, n[i], p[i]);
    }
  },
});

/**
 * Numbers of successes among `count` trials of probability `prob`, which broadcast.
 *
 * @throws DTypeError unless both are floats of one dtype; ShapeError when they do not broadcast.
 * @example
 * binomial(full([5], 10.5), tensor(0.3));
 * @see https://pytorch.org/docs/stable/distributions.html#binomial
 */
export function binomial(count: Tensor, prob: Tensor): Tensor {
  const op = 'binomial';
  requireTensor(op, count, 'count');
  requireTensor(op, prob, 'prob');
  onlyFloats(count.dtype, op);
  if (prob.dtype !== count.dtype) throw new DTypeError(`${op}: count is ${count.dtype} and prob ${prob.dtype}, expected one dtype. Use prob.to('${count.dtype}').`);
  const shape = broadcastShapes(op, count.shape, prob.shape);
  const dtype = computeType(count.dtype);
  const params = [count, prob].map((x) => cast(broadcasted(x.detach(), shape), dtype));
  return cast(record(BINOMIAL, [drawBits([2, ...shape], count.device), ...params], NO_ATTRS, shape, dtype), count.dtype);
}
