/**
 * Elements at flat positions of the plane that the last dimensions span: taken from there, and put there.
 *
 * Invariant: each is the other's gradient. A position outside the plane is an IndexError, on every backend.
 */
import { axisRef, computeType, constant, defineOp, freshAxis, record, requireIndices, sizeOf, type Attrs, type Expr, type IndexCheck, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';

/** Where an index lies in a plane of these extents. */
export const flatIn = (ix: readonly Expr[], extents: readonly number[]): Expr =>
  ix.reduce((position, x, d) => e.add(e.mul(position, extents[d]), x), e.const(0, 'int32'));

/** The index of a flat position. */
export function unravel(position: Expr, extents: readonly number[]): Expr[] {
  const index: Expr[] = [];
  let rest = position;
  for (let d = extents.length - 1; d >= 0; d--) {
    index.unshift(d === 0 ? rest : e.rem(rest, extents[d]));
    rest = e.quot(rest, extents[d]);
  }
  return index;
}

interface PlaneAttrs extends Attrs {
  /** How many dimensions the plane has. */
  readonly rank: number;
}

interface PutAttrs extends PlaneAttrs {
  readonly combine: 'set' | 'sum';
}

const planeOf = (shape: Shape, rank: number): number[] => shape.slice(shape.length - rank);

const checkOf = (plane: readonly number[]): IndexCheck => ({ op: 'maxUnpool', size: sizeOf(plane), noun: 'index' });

/** The index of the element that a position points at. */
function pointedAt(ix: readonly Expr[], position: Expr, plane: readonly number[]): Expr[] {
  return [...ix.slice(0, ix.length - plane.length), ...unravel(e.check(position, checkOf(plane)), plane)];
}

const TAKE = /* @__PURE__ */ defineOp({
  name: 'takeFromPlane',
  form: 'element',
  lower: (ix, [x, positions], { attrs }) => x(pointedAt(ix, positions(ix), planeOf(x.shape, (attrs as PlaneAttrs).rank))),
  grad: (g, { inputs: [x, positions], attrs }) => [putInto(g, positions, planeOf(x.shape, (attrs as PlaneAttrs).rank), 'sum'), null],
});

/** The elements of the last `rank` dimensions at flat positions. */
export const takeFrom = (x: Tensor, positions: Tensor, rank: number): Tensor =>
  record(TAKE, [x, positions], { rank } satisfies PlaneAttrs, positions.shape, x.dtype);

const PUT = /* @__PURE__ */ defineOp({
  name: 'putIntoPlane',
  form: 'scatter',
  lower: (_ix, [x, positions], { attrs, shape, dtype }) => {
    const { rank, combine } = attrs as PutAttrs;
    const axes = x.shape.map((n) => freshAxis(n, 's'));
    const from = axes.map(axisRef);
    const compute = computeType(dtype);
    return {
      scatter: combine,
      base: constant(0, compute),
      axes,
      target: pointedAt(from, positions(from), planeOf(shape, rank)),
      value: e.cast(x(from), compute),
    };
  },
  grad: (g, { inputs: [, positions], attrs }) => [takeFrom(g, positions, (attrs as PutAttrs).rank), null],
});

/** A plane of zeros with elements put at flat positions; where two meet, the later one stays, or they add up. */
export function putInto(x: Tensor, positions: Tensor, plane: readonly number[], combine: 'set' | 'sum'): Tensor {
  requireIndices(positions, checkOf(plane));
  return record(PUT, [x, positions], { rank: plane.length, combine } satisfies PutAttrs, [...x.shape.slice(0, x.ndim - plane.length), ...plane], x.dtype);
}
