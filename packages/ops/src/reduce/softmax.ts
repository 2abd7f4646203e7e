/**
 * Softmax, its logarithm, and the logarithm of a sum of exponentials.
 *
 * Each is a composite about the row's maximum, so that nothing overflows, with a gradient by hand that needs the result
 * only. The compiler makes one kernel of the sweeps over a row, forward and backward.
 *
 * Invariant: half floats are computed in float32 and rounded once.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html;
 * Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions (2021).
 */
import { cast, computeType, floatFor, normalizeDim, requireTensor, type Tensor } from '@sconce/core';
import { abs, add, div, eq, exp, log, mul, neg, sub, where } from '../elementwise/index.js';
import { composite } from '../families/composite.js';
import { checkOptions } from '../families/options.js';
import { reduceAttrs, reducedShape, reduceOp, spread, sumOver, type ReduceAttrs } from '../families/reduce.js';
import { describeOp, withMore, type Sample } from '../families/sample.js';
import { reshape } from '../view/index.js';
import { reduceArguments, type Dims, type DTypeOptions, type KeepdimOptions } from './arguments.js';
import { floatType } from './sum.js';

const SAMPLES: readonly Sample[] = [
  { tensors: [{ shape: [2, 3] }], rest: [1] },
  { tensors: [{ shape: [2, 3] }], rest: [0] },
];

type Softmax = (x: Tensor, dim: number, options?: DTypeOptions) => Tensor;

/** The largest element; without a gradient, since composites have theirs by hand. */
const largest = /* @__PURE__ */ reduceOp('amax', 'max');

/** Sums along the rows that these attributes name, kept with size 1. */
const total = (x: Tensor, attrs: ReduceAttrs): Tensor => sumOver(x, attrs, x.dtype);

interface Definition {
  readonly name: string;
  /** The result from the distances to the row's maximum. */
  readonly value: (distance: Tensor, attrs: ReduceAttrs) => Tensor;
  /** The input's gradient from that of the result `y`. */
  readonly grad: (g: Tensor, y: Tensor, attrs: ReduceAttrs) => Tensor;
}

function define({ name, value, grad }: Definition): Softmax {
  const node = composite(name, (g, { output, attrs }) => {
    const wide = computeType(output.dtype);
    return [cast(grad(cast(g, wide), cast(output, wide), attrs as ReduceAttrs), output.dtype)];
  });
  const call: Softmax = (x, dim, options = {}) => {
    requireTensor(name, x);
    checkOptions(name, options, ['dtype']);
    const input = cast(x, floatType(name, x, options.dtype));
    const attrs = reduceAttrs(name, input, normalizeDim(name, dim, x.ndim), true);
    return node(
      [input],
      () => {
        const wide = cast(input, computeType(input.dtype));
        return cast(value(sub(wide, largest(wide, attrs, wide.dtype)), attrs), input.dtype);
      },
      attrs,
    );
  };
  return describeOp(call, { name, samples: SAMPLES, differentiable: true });
}

/**
 * exp(x) / Σ exp(x) along `dim`.
 *
 * @param options `dtype` casts the input first.
 * @throws IndexError when `dim` is out of range; DTypeError for integers without `dtype`.
 * @example
 * softmax(tensor([2, 1, 0.1]), 0);                       // [0.6590, 0.2424, 0.0986]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export const softmax = /* @__PURE__ */ define({
  name: 'softmax',
  value: (distance, attrs) => {
    const powers = exp(distance);
    // One division for each row: a processor multiplies several times as fast as it divides.
    return mul(powers, div(1, total(powers, attrs)));
  },
  grad: (g, y, attrs) => {
    const share = mul(g, y);
    return sub(share, mul(y, total(share, attrs)));
  },
});

/**
 * log(softmax(x)) along `dim`, that is x − log Σ exp(x), without a detour through small numbers.
 *
 * @param options `dtype` casts the input first.
 * @throws IndexError when `dim` is out of range; DTypeError for integers without `dtype`.
 * @example
 * logSoftmax(tensor([2, 1, 0.1]), 0);                    // [-0.4170, -1.4170, -2.3170]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export const logSoftmax = /* @__PURE__ */ define({
  name: 'logSoftmax',
  value: (distance, attrs) => sub(distance, log(total(exp(distance), attrs))),
  grad: (g, y, attrs) => sub(g, mul(exp(y), total(g, attrs))),
});

/**
 * softmax(−x) along `dim`.
 *
 * @param options `dtype` casts the input first.
 * @throws as `softmax`.
 * @example
 * softmin(tensor([2, 1, 0.1]), 0);                       // [0.0961, 0.2613, 0.6426]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html
 */
export const softmin: Softmax = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: number, options: DTypeOptions = {}): Tensor => {
    requireTensor('softmin', x);
    return softmax(neg(options.dtype === undefined ? x : cast(x, options.dtype)), dim, options);
  },
  { name: 'softmin', samples: SAMPLES, differentiable: true },
);

// ── log-sum-exp ──────────────────────────────────────────────────────────────────────────────────────────────────────

const logsumexpNode = /* @__PURE__ */ composite('logsumexp', (g, { inputs: [x], output, attrs }) => {
  const a = attrs as ReduceAttrs;
  return [mul(spread(g, x.shape, a), exp(sub(x, spread(output, x.shape, a))))];
});

/**
 * log Σ exp(x) over `dim`.
 *
 * @param options `keepdim` keeps reduced dimensions with size 1.
 * @throws IndexError when a dimension is out of range.
 * @example
 * logsumexp(tensor([0.5, 0.5]), 0);                      // 1.1931
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 */
export const logsumexp = /* @__PURE__ */ describeOp(
  (x: Tensor, dim: Dims, options?: KeepdimOptions): Tensor => {
    const { attrs } = reduceArguments<KeepdimOptions>('logsumexp', x, dim, options, ['keepdim']);
    const input = cast(x, floatFor(x.dtype));
    return logsumexpNode(
      [input],
      () => {
        const wide = cast(input, computeType(input.dtype));
        const kept = { ...attrs, keepdim: true };
        const max = largest(wide, kept, wide.dtype);
        const offset = where(eq(abs(max), Infinity), 0, max);
        const y = add(log(total(exp(sub(wide, offset)), kept)), offset);
        return cast(reshape(y, reducedShape(x.shape, attrs.dims, attrs.keepdim)), input.dtype);
      },
      attrs,
    );
  },
  { name: 'logsumexp', samples: /* @__PURE__ */ withMore(SAMPLES, { tensors: [{ shape: [2, 3] }], rest: [[0, 1], { keepdim: true }] }), differentiable: true },
);
