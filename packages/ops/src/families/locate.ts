/**
 * Indices from data as positions: checked where they are used, counted from the end where an op allows negative ones.
 *
 * Invariant: an index out of range fails the run on every backend and never reads a neighbour.
 */
import { requireIndices, type Expr, type IndexCheck, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';

/** How an op reads its indices: what errors call it, and whether negative ones count from the end. */
export interface Indexing {
  readonly op: string;
  readonly fromEnd: boolean;
}

const checkOf = (size: number, { op, fromEnd }: Indexing): IndexCheck => ({ op, size, noun: 'index', ...(fromEnd && { fromEnd }) });

/** Checks an index at the call, where its values are on the host. */
export const requireInside = (index: Tensor, size: number, indexing: Indexing): void => requireIndices(index, checkOf(size, indexing));

/** The position that an index names in a dimension. */
export function locate(index: Expr, size: number, indexing: Indexing): Expr {
  const i = e.cast(index, 'int32');
  return e.check(indexing.fromEnd ? e.select(e.lt(i, 0), e.add(i, size), i) : i, checkOf(size, indexing));
}
