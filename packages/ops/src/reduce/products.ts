/**
 * Products of neighbours by doubling: after each of log₂ n steps an element stands for twice as many.
 *
 * Nothing is divided, so these are right also where elements are zero, and so is every further derivative of them. They take
 * n log n multiplications where a scan takes n: gradients use them where they are differentiated themselves.
 *
 * Invariant: dimensions that are not scanned keep their order.
 *
 * Reference: Hillis, Steele, Data parallel algorithms (1986).
 */
import type { Tensor } from '@sconce/core';
import { add, mul } from '../elementwise/index.js';
import { constantPadNd } from '../view/pad.js';

/** x moved by `count` places towards the end of `dim`, or for negative counts towards the start; `fill` follows it. */
export function moved(x: Tensor, dim: number, count: number, fill: number): Tensor {
  const padding = new Array<number>(2 * (x.ndim - dim)).fill(0);
  padding.splice(-2, 2, count, -count);
  return constantPadNd(x, padding, fill);
}

/** For each element the product of those before it along `dim`, or with `direction` -1 of those after it. */
export function productBeside(x: Tensor, dim: number, direction: 1 | -1): Tensor {
  const n = x.shape[dim];
  if (n === 0) return x;
  let product = moved(x, dim, direction, 1);
  for (let step = 1; step < n; step *= 2) product = mul(product, moved(product, dim, direction * step, 1));
  return product;
}

/** sₖ = gₖ + xₖ₊₁ sₖ₊₁ along `dim`: each gradient times the products of the elements that lead to it. */
export function gatheredFromTheEnd(g: Tensor, x: Tensor, dim: number): Tensor {
  const n = x.shape[dim];
  if (n === 0) return g;
  let [total, factor] = [g, moved(x, dim, -1, 0)];
  for (let step = 1; step < n; step *= 2) {
    total = add(total, mul(factor, moved(total, dim, -step, 0)));
    factor = mul(factor, moved(factor, dim, -step, 0));
  }
  return total;
}
