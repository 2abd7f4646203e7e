/**
 * Indices from data as positions: checked where they are used, counted from the end where an op allows negative ones.
 *
 * Invariant: an index out of range fails the run on every backend and never reads a neighbour.
 */
import { e, type Expr, type Shape } from '@sconce/core';

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

const holdsCheck = (x: Expr): boolean => x.op === 'check' || x.args.some(holdsCheck);

/**
 * An element that is only there when the positions that name it are. A position in a dimension of size 1 is no part of
 * any address, so its check would be lost; taken off the element it stays, and takes off 0.
 */
export function checkedBy(element: Expr, positions: readonly Expr[], shape: Shape): Expr {
  return positions
    .filter((p, d) => shape[d] === 1 && holdsCheck(p))
    .reduce((x, p) => (x.dtype === 'bool' ? e.or(x, e.cast(p, 'bool')) : e.sub(x, e.cast(p, x.dtype))), element);
}
