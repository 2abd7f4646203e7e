/**
 * Products.
 *
 * Invariant: the gradient of an element is the product of the others, also where elements are zero.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.prod.html
 */
import { cast, constantLike, isGradEnabled, type Tensor } from '@sconce/core';
import { div, eq, logicalAnd, mul, where } from '../elementwise/index.js';
import { reduceOp, spread, sumOver, type ReduceAttrs } from '../families/reduce.js';
import { reduction, type DTypeOptions, type KeepdimOptions } from './arguments.js';
import { productBeside } from './products.js';
import { sumType } from './sum.js';

/** The product over dimensions that the caller has checked. */
const prodOver = /* @__PURE__ */ reduceOp('prod', 'prod', (g, { inputs: [x], output, attrs }) => {
  const a = attrs as ReduceAttrs;
  return [mul(spread(g, x.shape, a), isGradEnabled() ? othersByDoubling(x, a) : othersOf(x, output, a))];
});

/** For each element the product of the others: y / x, or the product of the rest where the element is the only zero. */
function othersOf(x: Tensor, y: Tensor, attrs: ReduceAttrs): Tensor {
  const wide = (t: Tensor): Tensor => spread(t, x.shape, attrs);
  const isZero = eq(x, 0);
  const zeros = sumOver(cast(isZero, 'int32'), attrs, 'int32');
  const rest = prodOver(where(isZero, 1, x), attrs, x.dtype);
  const isOnlyZero = logicalAnd(isZero, wide(eq(zeros, 1)));
  return where(isOnlyZero, wide(rest), where(wide(eq(zeros, 0)), div(wide(y), x), 0));
}

/** The same, to be differentiated again: of one dimension after the other, the elements beside times the product of the others. */
function othersByDoubling(x: Tensor, { dims }: ReduceAttrs): Tensor {
  const others: Tensor[] = [];
  let rest = x;
  for (const dim of dims) {
    const beside = mul(productBeside(rest, dim, 1), productBeside(rest, dim, -1));
    others.push(beside);
    rest = prodOver(rest, { dims: [dim], keepdim: true }, x.dtype);
  }
  return others.reduce((a, b) => mul(a, b), constantLike(x, 1));
}

/**
 * The product Π x over `dim`, or of all elements. Integers and bool are multiplied in int32, int64 in int64.
 *
 * @param options `keepdim` keeps reduced dimensions with size 1; `dtype` casts the input first.
 * @throws IndexError when a dimension is out of range.
 * @example
 * prod(tensor([[1, 2], [3, 4]]), 1);                     // [2, 12]
 * @see https://pytorch.org/docs/stable/generated/torch.prod.html
 */
export const prod = /* @__PURE__ */ reduction<KeepdimOptions & DTypeOptions>({
  name: 'prod',
  options: ['keepdim', 'dtype'],
  run: (x, attrs, { dtype = sumType(x.dtype) }) => prodOver(cast(x, dtype), attrs, dtype),
});
