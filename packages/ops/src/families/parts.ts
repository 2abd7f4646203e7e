/**
 * Results with several parts: an object with PyTorch's field names whose parts have positions, too.
 *
 *   const { values, indices } = max(x, 1);
 *   const [, predictions] = max(x, 1);
 *   const sorted = sort(x)[0];
 *
 * Invariant: the fields' order is the order of the positions.
 *
 * Reference: PyTorch's `torch.return_types`.
 */
import type { Tensor } from '@sconce/core';

/** A result whose parts have names and an order. */
export type Parts<Name extends string> = Readonly<Record<Name, Tensor>> & Iterable<Tensor> & { readonly [position: number]: Tensor };

/** The parts of a result, in PyTorch's order. */
export const parts = <Name extends string>(fields: Readonly<Record<Name, Tensor>>): Parts<Name> =>
  Object.defineProperties({ ...fields }, {
    [Symbol.iterator]: { value: () => Object.values<Tensor>(fields)[Symbol.iterator]() },
    ...Object.fromEntries(Object.values<Tensor>(fields).map((value, i) => [i, { value }])),
  }) as Parts<Name>;
