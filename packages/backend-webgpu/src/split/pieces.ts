/**
 * Pieces: a kernel that is cut into several, which hand values to each other through scratch memory.
 *
 * While a kernel is cut, stages of all pieces refer to one list of buffers: the kernel's own, then scratch. At the end
 * each piece becomes a kernel with the buffers and scalars that it uses.
 *
 * Invariant: pieces run in order and together do what the kernel did.
 */
import { loadOf, type Axis, type ComputeType, type DType, type Expr } from '@sconce/core';
import { pointsOf, positionOf, stageExprs, walk, withSlots, type Buffer, type Kernel, type Stage } from '@sconce/compiler';

/** Part of a kernel, with slots into the cut's buffers. */
export interface Part {
  readonly name: string;
  readonly grid: readonly Axis[];
  readonly stages: readonly Stage[];
}

/** A kernel being cut. */
export class Cut {
  readonly buffers: Buffer[];

  constructor(readonly kernel: Kernel) {
    this.buffers = [...kernel.buffers];
  }

  /** A new scratch buffer with an element for each point of the axes. */
  scratch(axes: readonly Axis[], storage: DType): Scratch {
    const slot = this.buffers.length;
    this.buffers.push({ label: `scratch${slot}`, storage, size: pointsOf(axes), access: 'readwrite', scope: 'global' });
    const index = positionOf(axes);
    return { slot, index, load: (at = index) => loadOf(slot, storage, at) };
  }
}

export interface Scratch {
  readonly slot: number;
  /** Where the element at hand is. */
  readonly index: Expr;
  /** The element at hand, or another. */
  load(at?: Expr): Expr;
}

/** The storage of a value of this compute type. */
export const storageOf = (dtype: ComputeType): DType => dtype;

/** A kernel of its own, and where its buffers and scalars come from in the kernel that was cut. */
export interface Piece {
  readonly kernel: Kernel;
  /** Slots of the cut's buffers. */
  readonly slots: readonly number[];
  readonly scalars: readonly number[];
}

/** A part as a kernel with slots of its own. */
export function pieceOf(cut: Cut, part: Part): Piece {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const scalars = new Set<number>();
  for (const stage of part.stages) {
    walk(stageExprs(stage), (x) => {
      if (x.op === 'load') reads.add(x.slot);
      if (x.op === 'scalar') scalars.add(x.slot);
    });
    if (stage.kind !== 'reduce') writes.add(stage.slot);
    if (stage.kind === 'scatter') reads.add(stage.slot);
  }
  const slots = [...new Set([...reads, ...writes])].sort((a, b) => a - b);
  const scalarSlots = [...scalars].sort((a, b) => a - b);
  const stages = withSlots(part.stages, slots, scalarSlots);
  const buffers = slots.map((slot): Buffer => ({ ...cut.buffers[slot], access: !writes.has(slot) ? 'read' : reads.has(slot) ? 'readwrite' : 'write' }));
  return {
    kernel: { name: part.name, grid: part.grid, stages, buffers, scalars: scalarSlots.map((s) => cut.kernel.scalars[s]) },
    slots,
    scalars: scalarSlots,
  };
}

/**
 * The size of chunks near this one: a divisor of the length where there is one, so that nothing has to be masked, if it
 * can be a multiple of 16 or of 4.
 */
export function chunkSize(length: number, near: number): number {
  for (const unit of [16, 4, 1]) {
    for (let size = Math.ceil(near / unit) * unit; size < near * 1.5; size += unit) if (length % size === 0) return size;
  }
  return Math.min(Math.ceil(near / 16) * 16, length);
}
