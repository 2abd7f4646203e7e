/**
 * Indices from data as positions: checked where they are used, counted from the end where an op allows negative ones.
 *
 * Invariant: an index out of range fails the run on every backend and never reads a neighbour.
 */
import { e, type Expr } from '@sconce/core';

/** How an op reads its indices: what errors call it, and whether negative ones count from the end. */
export interface Indexing {
  readonly op: string;
  readonly fromEnd: boolean;
}

/** The position that an index names in a dimension. */
export function locate(index: Expr, size: number, { op, fromEnd }: Indexing): Expr {
  const i = e.cast(index, 'int32');
  const check = { op, size, noun: 'index' };
  return fromEnd ? e.check(e.select(e.lt(i, 0), e.add(i, size), i), { ...check, fromEnd }) : e.check(i, check);
}
