/**
 * What reductions take: dimensions, and options after them or in their place.
 *
 * Invariant: what comes out is checked: dimensions in range and distinct, options known, and no empty dimension where
 * nothing has no answer.
 */
import { requireTensor, ShapeError, shapeText, type DType, type Tensor } from '@sconce/core';
import { checkOptions } from '../families/options.js';
import { reduceAttrs, type ReduceAttrs } from '../families/reduce.js';
import { describeOp, type Sample } from '../families/sample.js';

/** Dimensions to reduce; null and an empty list mean all. */
export type Dims = number | readonly number[] | null;

export interface KeepdimOptions {
  /** Keep the reduced dimensions with size 1. Default: false. */
  readonly keepdim?: boolean;
}

export interface DTypeOptions {
  /** Cast the input to this dtype first, and give the result in it. */
  readonly dtype?: DType;
}

/** PyTorch's limit, which its masks of dimensions have. */
const MAX_RANK = 64;

/** `f(x, dim, options)` and `f(x, options)`, checked. */
export function reduceArguments<O extends KeepdimOptions>(
  op: string,
  x: Tensor,
  dim: Dims | O | undefined,
  options: O | undefined,
  known: readonly (keyof O & string)[],
): { attrs: ReduceAttrs; options: Partial<O> } {
  requireTensor(op, x);
  if (x.ndim > MAX_RANK) throw new ShapeError(`${op}: got ${x.ndim} dimensions, expected at most ${MAX_RANK}. Use reshape.`);
  const bare = typeof dim === 'object' && dim !== null && !Array.isArray(dim);
  const given: Partial<O> = (bare ? (dim as O) : options) ?? {};
  checkOptions(op, given, known);
  const dims = bare ? undefined : (dim as Dims | undefined);
  return { attrs: reduceAttrs(op, x, dims, given.keepdim ?? false), options: given };
}

/** Throws a ShapeError when a dimension to reduce is empty. */
export function requireElements(op: string, x: Tensor, dims: readonly number[]): void {
  const empty = dims.find((d) => x.shape[d] === 0);
  if (empty === undefined) return;
  throw new ShapeError(`${op}: dimension ${empty} of ${shapeText(x.shape)} is empty, and ${op} of nothing has no value. Reduce other dimensions.`);
}

/** A reduction as users call it. */
export interface Reduction<O> {
  (x: Tensor, dim?: Dims | O, options?: O): Tensor;
}

interface ReductionDefinition<O> {
  readonly name: string;
  readonly options: readonly (keyof O & string)[];
  readonly differentiable?: boolean;
  readonly samples?: readonly Sample[];
  readonly run: (x: Tensor, attrs: ReduceAttrs, options: Partial<O>) => Tensor;
}

const SAMPLES: readonly Sample[] = [
  { shape: [2, 3] },
  { tensors: [{ shape: [2, 3, 2] }], rest: [1] },
  { tensors: [{ shape: [2, 3, 2] }], rest: [[0, -1], { keepdim: true }] },
];

/** Defines a reduction as users call it: arguments are checked, `run` makes the node. */
export function reduction<O extends KeepdimOptions>({ name, options: known, differentiable = true, samples = SAMPLES, run }: ReductionDefinition<O>): Reduction<O> {
  const call: Reduction<O> = (x, dim, given) => {
    const { attrs, options } = reduceArguments(name, x, dim, given, known);
    return run(x, attrs, options);
  };
  return describeOp(call, { name, samples, differentiable });
}
