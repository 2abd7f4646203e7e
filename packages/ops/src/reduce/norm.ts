/**
 * Norms of vectors: (Σ |x|^p)^(1/p), and what it tends to for p = 0, ∞ and −∞.
 *
 * Invariant: the gradient where the norm is 0 is 0, as in PyTorch: a subgradient, and never NaN.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 */
import { ArgumentError, cast, constantLike, describe, requireTensor, type ComputeType, type Expr, type Grad, type Operand, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { abs, div, eq, mul, pow, sgn, sub, where } from '../elementwise/index.js';
import { reduceOp, spread, type ReduceAttrs } from '../families/reduce.js';
import { describeOp } from '../families/sample.js';
import { reduceArguments, requireElements, type Dims, type DTypeOptions, type KeepdimOptions } from './arguments.js';
import { shareAmongTies } from './extreme.js';
import { floatType } from './sum.js';

interface NormAttrs extends ReduceAttrs {
  readonly p: number;
}

/** |x|^p. */
function powerOf(x: Expr, p: number): Expr {
  if (p === 0) return e.select(e.eq(x, 0), e.const(0, x.dtype), 1);
  if (p === 1) return e.abs(x);
  return p === 2 ? e.mul(x, x) : e.pow(e.abs(x), p);
}

/** s^(1/p). */
function rootOf(s: Expr, p: number): Expr {
  if (p === 0 || p === 1) return s;
  return p === 2 ? e.sqrt(s) : e.pow(s, 1 / p);
}

const magnitude = (x: Expr, compute: ComputeType): Expr => e.abs(e.cast(x, compute));

/** Of a largest or least magnitude: what it shares among the magnitudes that attain it, with their signs. */
const extremeGrad: Grad = (g, { inputs: [x], output, attrs }) => [
  mul(sgn(x), shareAmongTies(g, { inputs: [abs(x)], output, attrs })),
];

const largest = /* @__PURE__ */ reduceOp('norm', 'max', extremeGrad, magnitude);
const least = /* @__PURE__ */ reduceOp('norm', 'min', extremeGrad, magnitude);

const power = /* @__PURE__ */ reduceOp(
  'norm',
  'sum',
  (g, { inputs: [x], output, attrs }) => [powerGrad(g, x, output, attrs as NormAttrs)],
  (x, compute, attrs) => powerOf(e.cast(x, compute), (attrs as NormAttrs).p),
  (joined, _count, attrs) => rootOf(joined, (attrs as NormAttrs).p),
);

/** sgn(x) |x|^(p-1) / y^(p-1) · g. Below p = 1 powers of 0 are infinite, and count as 0. */
function powerGrad(g: Tensor, x: Tensor, y: Tensor, attrs: NormAttrs): Tensor {
  const { p } = attrs;
  if (p === 0) return constantLike(x, 0);
  const wide = (t: Tensor): Tensor => spread(t, x.shape, attrs);
  if (p === 1) return mul(sgn(x), wide(g));
  const scale = where(eq(y, 0), 0, div(g, p === 2 ? y : pow(y, p - 1)));
  if (p === 2) return mul(x, wide(scale));
  if (p > 2) return mul(mul(x, pow(abs(x), p - 2)), wide(scale));
  const direction = mul(sgn(x), pow(abs(x), p - 1));
  return mul(p < 1 ? where(eq(x, 0), 0, direction) : direction, wide(scale));
}

/** The p-norm over dimensions that the caller has checked, of floats. */
export function normOver(op: string, x: Tensor, p: number, attrs: ReduceAttrs): Tensor {
  if (p < 0 || p === Infinity) requireElements(op, x, attrs.dims);
  if (p === Infinity) return largest(x, attrs, x.dtype);
  if (p === -Infinity) return least(x, attrs, x.dtype);
  return power(x, { ...attrs, p } satisfies NormAttrs, x.dtype);
}

export type NormOptions = KeepdimOptions & DTypeOptions;

const OPTIONS = ['keepdim', 'dtype'] as const;

/** The order of a norm of vectors. */
export function requireOrder(op: string, p: unknown): number {
  if (typeof p === 'number' && !Number.isNaN(p)) return p;
  const remedy = p === 'nuc' ? ' The nuclear norm is matrixNorm of linalg.' : '';
  throw new ArgumentError(`${op}: the order must be a number, Infinity or -Infinity, got ${describe(p)}.${remedy}`);
}

const SAMPLES = [
  { shape: [2, 3], low: 0.5, high: 2 },
  { tensors: [{ shape: [2, 3], low: -2, high: -0.5 }], rest: [1, 1] },
  { tensors: [{ shape: [2, 3], low: 0.5, high: 2 }], rest: [3, 0, { keepdim: true }] },
];

/**
 * The norm of order `ord`, (Σ |x|^ord)^(1/ord), over `dim`, or of all elements.
 *
 * @param ord any number; 0 counts what is not 0, ±Infinity gives the greatest or least magnitude. Default: 2.
 * @param options `keepdim` keeps reduced dimensions with size 1; `dtype` casts the input first.
 * @throws DTypeError for integers without `dtype`; ShapeError for a negative or infinite order of nothing.
 * @example
 * vectorNorm(tensor([3.5, 12]));                         // 12.5
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 */
export const vectorNorm = /* @__PURE__ */ describeOp(
  (x: Tensor, ord = 2, dim?: Dims | NormOptions, options?: NormOptions): Tensor => {
    const { attrs, options: given } = reduceArguments<NormOptions>('vectorNorm', x, dim, options, OPTIONS);
    const dtype = floatType('vectorNorm', x, given.dtype);
    return normOver('vectorNorm', cast(x, dtype), requireOrder('vectorNorm', ord), attrs);
  },
  { name: 'vectorNorm', samples: SAMPLES, differentiable: true },
);

/**
 * The norm of order `p` over `dim`, or of all elements, as one vector.
 *
 * @param p a number, or 'fro' for 2 (the Frobenius norm, of a matrix). Default: 'fro'.
 * @param options `keepdim` keeps reduced dimensions with size 1; `dtype` casts the input first.
 * @throws DTypeError for integers without `dtype`; ArgumentError for another order.
 * @example
 * norm(tensor([[3.5, 0], [0, 12]]));                     // 12.5
 * @see https://pytorch.org/docs/stable/generated/torch.norm.html
 */
export const norm = /* @__PURE__ */ describeOp(
  (x: Tensor, p: number | 'fro' = 'fro', dim?: Dims | NormOptions, options?: NormOptions): Tensor => {
    const { attrs, options: given } = reduceArguments<NormOptions>('norm', x, dim, options, OPTIONS);
    const dtype = floatType('norm', x, given.dtype);
    return normOver('norm', cast(x, dtype), p === 'fro' ? 2 : requireOrder('norm', p), attrs);
  },
  { name: 'norm', samples: SAMPLES, differentiable: true },
);

/**
 * The distance of order `p`, the norm of x − other, which broadcast.
 *
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers.
 * @example
 * dist(tensor([1.5, 2.5]), tensor([4.5, 6.5]));          // 5
 * @see https://pytorch.org/docs/stable/generated/torch.dist.html
 */
export const dist = /* @__PURE__ */ describeOp(
  (x: Tensor, other: Operand, p = 2): Tensor => {
    requireTensor('dist', x);
    const difference = sub(x, other);
    floatType('dist', difference, undefined);
    const { attrs } = reduceArguments<KeepdimOptions>('dist', difference, undefined, undefined, []);
    return normOver('dist', difference, requireOrder('dist', p), attrs);
  },
  { name: 'dist', samples: [{ tensors: [{ shape: [2, 3] }, { shape: [3], low: 2, high: 3 }] }], differentiable: true },
);
