/**
 * Splitting long scans: where rows are few, each is cut into chunks. One kernel joins every chunk, one scans these
 * totals, one scans the chunks with the total of all before as the first value.
 *
 * Invariant: the results are those of one scan but for the rounding of float sums and products.
 *
 * Reference: Blelloch, Prefix sums and their applications (1990).
 */
import { axisRef, freshAxis, stageRef, type Expr, type InstructionName } from '@sconce/core';
import * as e from '@sconce/core/e';
import { pointsOf, type Stage } from '@sconce/compiler';
import { substitution } from '../templates/axes.js';
import { isArg } from '../wgsl/fold.js';
import { chunkSize, storageOf, type Cut, type Part } from './pieces.js';
import { neutralExpr, type Chunks } from './reductions.js';

const JOIN: Readonly<Record<'sum' | 'prod' | 'max' | 'min', InstructionName & ('add' | 'mul' | 'max' | 'min')>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' };

let lastStage = -1_000_000;

/** Cuts a kernel of one scan; null when there is nothing to gain. */
export function splitScan(cut: Cut, { name, grid, stages }: Part, chunksFor: Chunks): Part[] | null {
  const [scan] = stages;
  if (stages.length !== 1 || scan.kind !== 'scan' || isArg(scan.combine)) return null;
  const { combine, axis } = scan;
  const { dtype } = scan.value;
  const count = chunksFor(pointsOf(grid), axis.extent);
  if (count <= 1) return null;

  const size = chunkSize(axis.extent, Math.ceil(axis.extent / count));
  const chunk = freshAxis(Math.ceil(axis.extent / size), 'chunk');
  const inner = freshAxis(size, 'r');
  const position = e.add(e.mul(axisRef(chunk), size), axisRef(inner));
  const isWhole = axis.extent % size === 0;
  const put = (at: Expr): ((x: Expr) => Expr) => substitution(new Map([[axis.id, at]]));
  const here = put(isWhole ? position : e.min(position, axis.extent - 1));
  // Steps beyond the end change nothing, and store the last result once more.
  const value = isWhole ? here(scan.value) : e.select(e.lt(position, axis.extent), here(scan.value), neutralExpr(combine, dtype));

  const totals = cut.scratch([...grid, chunk], storageOf(dtype));
  const before = cut.scratch([...grid, chunk], storageOf(dtype));
  const id = lastStage--;
  const total: Stage[] = [
    { kind: 'reduce', id, combine, axes: [inner], value, dtype },
    { kind: 'store', axes: [], slot: totals.slot, index: totals.index, value: stageRef(id, dtype) },
  ];
  const previous = e.max(e.sub(before.index, 1), 0);
  const joinsBefore = e.and(e.eq(axisRef(inner), 0), e.gt(axisRef(chunk), 0));
  const first = e.select(joinsBefore, e[JOIN[combine]](before.load(previous), value), value);
  return [
    { name: `${name}: chunks`, grid: [...grid, chunk], stages: total },
    { name: `${name}: totals`, grid, stages: [{ kind: 'scan', axis: chunk, combine, slot: before.slot, index: before.index, value: totals.load() }] },
    { name, grid: [...grid, chunk], stages: [{ kind: 'scan', axis: inner, combine, slot: scan.slot, index: here(scan.index), value: first }] },
  ];
}
