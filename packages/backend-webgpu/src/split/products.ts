/**
 * Splitting the inner axis of a contraction: where its results are too few to keep the adapter busy and the sum is long,
 * chunks of the sum become a batch, and a second kernel adds them and runs the epilogue.
 *
 * Invariant: steps beyond the end are zeros in both factors, so that they add nothing whatever the operands hold.
 *
 * Reference: NVIDIA CUTLASS, split-K.
 */
import { axisRef, freshAxis, stageRef, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { pointsOf, type Contraction } from '@sconce/compiler';
import { substitution, unflatten } from '../templates/axes.js';
import { chunkSize, type Cut, type Part } from './pieces.js';

/** Cuts a contraction into about `chunks` of the sum. */
export function splitProduct(cut: Cut, { name, grid }: Part, { reduce, a, b, epilogue }: Contraction, chunks: number): Part[] {
  const length = pointsOf(reduce.axes);
  const size = chunkSize(length, Math.ceil(length / chunks));
  const chunk = freshAxis(Math.ceil(length / size), 'chunk');
  const inner = freshAxis(size, 'r');
  const position = e.add(e.mul(axisRef(chunk), size), axisRef(inner));
  const isWhole = length % size === 0;
  const put = substitution(unflatten(reduce.axes, isWhole ? position : e.min(position, length - 1)));
  const factor = (x: Expr): Expr => (isWhole ? put(x) : e.select(e.lt(position, length), put(x), 0));

  const partial = cut.scratch([chunk, ...grid], 'float32');
  const again = freshAxis(chunk.extent, 'chunk');
  const load = substitution(new Map([[chunk.id, axisRef(again)]]))(partial.load());
  return [
    {
      name: `${name}: chunks`,
      grid: [chunk, ...grid],
      stages: [
        { ...reduce, axes: [inner], value: e.mul(factor(a), factor(b)) },
        { kind: 'store', axes: [], slot: partial.slot, index: partial.index, value: stageRef(reduce.id, 'float32') },
      ],
    },
    { name, grid, stages: [{ ...reduce, axes: [again], value: load }, ...epilogue] },
  ];
}
