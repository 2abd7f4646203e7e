/**
 * Results with several parts: an object with PyTorch's field names that is also destructured by position.
 *
 *   const { values, indices } = max(x, 1);
 *   const [, predictions] = max(x, 1);
 *
 * Invariant: the fields' order is the order of the positions.
 *
 * Reference: PyTorch's `torch.return_types`.
 */
import type { Tensor } from '@sconce/core';

/** A result whose parts have names and an order. */
export type Parts<Name extends string> = Readonly<Record<Name, Tensor>> & Iterable<Tensor>;

/** The parts of a result, in PyTorch's order. */
export const parts = <Name extends string>(fields: Readonly<Record<Name, Tensor>>): Parts<Name> =>
  Object.defineProperty({ ...fields }, Symbol.iterator, {
    value: () => Object.values<Tensor>(fields)[Symbol.iterator](),
  }) as Parts<Name>;
