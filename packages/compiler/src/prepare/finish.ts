/**
 * Finishing: a draft, whose slots are graph positions, becomes a kernel with slots of its own.
 *
 * Invariant: each buffer appears once, written ones last to first use; scalars likewise. Kernels of equal structure at
 * different places of a graph come out equal, so a target builds them once.
 */
import { computeType, sizeOf, type Axis, type Expr, type Graph } from '@sconce/core';
import { stageExprs, walk, withSlots, type Buffer, type Kernel } from '../kernel/ir.js';
import type { Draft } from '../lower/lower.js';
import type { KernelStep } from '../plan.js';

export interface RowBuffer {
  readonly size: number;
}

/** `rows` are positions whose values live only inside a grid point, with their size there. */
export function finish(graph: Graph, draft: Draft, rows: ReadonlyMap<number, RowBuffer>): KernelStep {
  const values: number[] = [];
  const scalars: number[] = [];
  const access = new Map<number, { read: boolean; write: boolean }>();
  const touch = (position: number, how: 'read' | 'write'): void => {
    let entry = access.get(position);
    if (entry === undefined) {
      access.set(position, (entry = { read: false, write: false }));
      values.push(position);
    }
    entry[how] = true;
  };
  const seeScalars = (x: Expr): void => {
    if (x.op === 'scalar' && !scalars.includes(x.slot)) scalars.push(x.slot);
    if (x.op === 'load') touch(x.slot, 'read');
  };
  for (const stage of draft.stages) {
    walk(stageExprs(stage), seeScalars);
    if (stage.kind !== 'reduce') {
      touch(stage.slot, 'write');
      if (stage.kind === 'scatter') touch(stage.slot, 'read');
    }
  }
  const stages = withSlots(draft.stages, values, scalars);
  const buffers = values.map((position, slot): Buffer => {
    const { dtype, shape } = graph.nodes[position];
    const { read, write } = access.get(position)!;
    const row = rows.get(position);
    return {
      label: row === undefined ? (write ? `out${slot}` : `in${slot}`) : `row${slot}`,
      storage: dtype,
      size: row?.size ?? sizeOf(shape),
      access: read && write ? 'readwrite' : write ? 'write' : 'read',
      scope: row === undefined ? 'global' : 'row',
    };
  });
  const kernel: Kernel = {
    name: nameOf(draft),
    grid: draft.grid,
    stages,
    buffers,
    scalars: scalars.map((position) => computeType(graph.nodes[position].dtype)),
  };
  return { kind: 'kernel', kernel, values: values.map((v) => (rows.has(v) ? null : v)), scalars };
}

const sizes = (axes: readonly Axis[]): string => axes.map((a) => a.extent).join('x');

/** `matmul_add_relu 64x128 r784`: the ops, the grid, and what is joined. */
function nameOf(draft: Draft): string {
  const ops = draft.ops.length > 4 ? [...draft.ops.slice(0, 2), '…', draft.ops.at(-1)!] : draft.ops;
  const inner = [...new Set(draft.stages.map((s) => sizes(s.kind === 'scan' ? [s.axis] : s.axes)).filter((s) => s !== ''))];
  return [ops.join('_'), sizes(draft.grid), ...inner.map((s) => `r${s}`)].filter((s) => s !== '').join(' ');
}
