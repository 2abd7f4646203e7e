/**
 * Variance and standard deviation, as the mean of squared distances from the mean.
 *
 * Two passes: the mean first, then the distances. They read the same rows, so the compiler makes one kernel of them; and
 * unlike the mean of squares less the square of the mean, nothing cancels.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.var.html;
 * Chan, Golub and LeVeque, Algorithms for computing the sample variance (1983).
 */
import { ArgumentError, computeType, constant, defineOp, record, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { div, eq, mul, sub, where } from '../elementwise/index.js';
import { parts, type Parts } from '../families/parts.js';
import { inputIndex, reducedShape, spread, type ReduceAttrs } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { unary } from '../families/unary.js';
import { reduceArguments, reduction, type Dims, type KeepdimOptions } from './arguments.js';
import { countOver, floatType, meanOver } from './sum.js';

interface VarianceAttrs extends ReduceAttrs {
  readonly correction: number;
}

const divisor = (x: Pick<Tensor, 'shape'>, { dims, correction }: VarianceAttrs): number =>
  Math.max(countOver(x.shape, dims) - correction, 0);

/** The second input is the mean with its dimensions kept. No gradient passes through it: distances from the mean sum to 0. */
const VARIANCE = /* @__PURE__ */ defineOp({
  name: 'var',
  form: 'reduce',
  lower: (ix, [x, mean], { attrs, dtype }) => {
    const a = attrs as VarianceAttrs;
    const compute = computeType(dtype);
    const squares = e.reduce('sum', a.dims.map((d) => x.shape[d]), (r) => {
      const at = inputIndex(ix, r, x.shape.length, a);
      const center = at.map((i, d): Expr => (a.dims.includes(d) ? constant(0, 'int32') : i));
      const distance = e.sub(e.cast(x(at), compute), e.cast(mean(center), compute));
      return e.mul(distance, distance);
    });
    return e.div(squares, divisor(x, a));
  },
  grad: (g, { inputs: [x, mean], attrs }) => {
    const a = attrs as VarianceAttrs;
    const distance = sub(x, spread(mean, x.shape, { dims: a.dims, keepdim: true }));
    return [mul(spread(g, x.shape, a), mul(distance, 2 / divisor(x, a)))];
  },
});

/** The square root, whose gradient at 0 is 0: a deviation cannot shrink below nothing. */
const rootOf = /* @__PURE__ */ unary({
  name: 'std',
  scalar: (x) => e.sqrt(x),
  grad: (g, y) => where(eq(y, 0), 0, div(g, mul(y, 2))),
});

export interface VarianceOptions extends KeepdimOptions {
  /** What is taken off the count n of elements in the divisor n - correction. Default: 1. */
  readonly correction?: number;
  /** `true` for a correction of 1, `false` for none. */
  readonly unbiased?: boolean;
}

const OPTIONS = ['keepdim', 'correction', 'unbiased'] as const;

function correctionOf(op: string, { correction, unbiased }: VarianceOptions): number {
  if (correction !== undefined && unbiased !== undefined) {
    throw new ArgumentError(`${op}: got both correction and unbiased, expected one of them.`);
  }
  const value = correction ?? (unbiased === false ? 0 : 1);
  if (typeof value !== 'number') throw new ArgumentError(`${op}: correction must be a number, got ${String(value)}.`);
  return value;
}

/** Variance and mean over dimensions; the mean keeps them. */
function moments(op: string, x: Tensor, attrs: ReduceAttrs, options: VarianceOptions): { variance: Tensor; mean: Tensor } {
  const dtype = floatType(op, x, undefined);
  const mean = meanOver(x, { ...attrs, keepdim: true }, dtype);
  const withCorrection = { ...attrs, correction: correctionOf(op, options) } satisfies VarianceAttrs;
  return { variance: record(VARIANCE, [x, mean], withCorrection, reducedShape(x.shape, attrs.dims, attrs.keepdim), dtype), mean };
}

const SAMPLES = [{ shape: [2, 3] }, { tensors: [{ shape: [2, 3] }], rest: [1, { correction: 0, keepdim: true }] }];

/**
 * The variance Σ (x − mean)² / (n − correction) over `dim`, or of all elements. Exported as `var` too, PyTorch's name,
 * which only a namespace can say: torch.var(x).
 *
 * @param options `correction` (default 1) or `unbiased`; `keepdim` keeps reduced dimensions with size 1.
 * @throws DTypeError for integers; IndexError when a dimension is out of range.
 * @example
 * variance(tensor([1.5, 2.5, 3.5]));                     // 1
 * @see https://pytorch.org/docs/stable/generated/torch.var.html
 */
const variance = /* @__PURE__ */ reduction<VarianceOptions>({
  name: 'var',
  options: OPTIONS,
  samples: SAMPLES,
  run: (x, attrs, options) => moments('var', x, attrs, options).variance,
});

export { variance, variance as var };

/**
 * The standard deviation √var over `dim`, or of all elements. Its gradient where it is 0 is 0.
 *
 * @param options `correction` (default 1) or `unbiased`; `keepdim` keeps reduced dimensions with size 1.
 * @throws DTypeError for integers; IndexError when a dimension is out of range.
 * @example
 * std(tensor([1.5, 2.5, 3.5]));                          // 1
 * @see https://pytorch.org/docs/stable/generated/torch.std.html
 */
export const std = /* @__PURE__ */ reduction<VarianceOptions>({
  name: 'std',
  options: OPTIONS,
  samples: SAMPLES,
  run: (x, attrs, options) => rootOf(moments('std', x, attrs, options).variance),
});

type WithMean<Name extends string> = (x: Tensor, dim?: Dims | VarianceOptions, options?: VarianceOptions) => Parts<Name | 'mean'>;

function withMean<Name extends 'var' | 'std'>(op: string, name: Name, finish: (variance: Tensor) => Tensor): WithMean<Name> {
  const call: WithMean<Name> = (x, dim, given) => {
    const { attrs, options } = reduceArguments<VarianceOptions>(op, x, dim, given, OPTIONS);
    const found = moments(op, x, attrs, options);
    const mean = attrs.keepdim ? found.mean : meanOver(x, attrs, x.dtype);
    return parts({ [name]: finish(found.variance), mean } as Readonly<Record<Name | 'mean', Tensor>>);
  };
  return describeOp(call, { name: op, samples: SAMPLES, differentiable: true });
}

/**
 * The variance over `dim`, or of all elements, and the mean.
 *
 * @returns `{ var, mean }`
 * @throws DTypeError for integers; IndexError when a dimension is out of range.
 * @example
 * const [variance, mean] = varMean(tensor([1.5, 2.5, 3.5]));                       // 1, 2.5
 * @see https://pytorch.org/docs/stable/generated/torch.var_mean.html
 */
export const varMean = /* @__PURE__ */ withMean('varMean', 'var', (variance) => variance);

/**
 * The standard deviation over `dim`, or of all elements, and the mean.
 *
 * @returns `{ std, mean }`
 * @throws DTypeError for integers; IndexError when a dimension is out of range.
 * @example
 * const [deviation, mean] = stdMean(tensor([1.5, 2.5, 3.5]));                      // 1, 2.5
 * @see https://pytorch.org/docs/stable/generated/torch.std_mean.html
 */
export const stdMean = /* @__PURE__ */ withMean('stdMean', 'std', rootOf);
