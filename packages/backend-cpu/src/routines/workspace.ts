/**
 * What the backend lends to routines in JavaScript: arrays in its memory, and its own loops over them.
 *
 * Memory that is not shared moves when it grows, and arrays of it are lost. So one piece is taken before the first array
 * is made, and arrays that find no room in it are JavaScript's own, over which JavaScript loops.
 *
 * Invariant: a loop runs over arrays of the piece alone, within their bounds as the routine gave them.
 */
import type { Workspace } from '@sconce/core';
import type { RoutineLaunch } from '@sconce/compiler';
import type { MemoryImport } from '../wasm/index.js';
import { LOOP_SCRATCH, loopModule, LOOPS } from './loops.js';
import type { PhaseOf, RoutineHost } from './run.js';

/** A workspace that is given back at its end. */
export interface Lent extends Workspace {
  end(): void;
}

/** Arrays of the size of all inputs and the output for which there is room, and room beside them. */
const COPIES = 8;
const BESIDE = 2 ** 20;
/** Bytes that are not taken for one routine. */
const MOST_BYTES = 2 ** 29;
const ALIGNMENT = 64;
/** The piece when there is no room for one. */
const NONE = -1;

/** Lends for the routines of a backend, whose loops are built when the first one is asked for. */
export function lender({ heap, threads, argumentsAt, instantiate, runPhase }: RoutineHost, memory: MemoryImport): (launch: RoutineLaunch) => Lent {
  let phaseOf: PhaseOf | undefined;
  return ({ inputs, output }) => {
    const elements = [...inputs, output].reduce((sum, { size }) => sum + size, 0);
    const bytes = Math.min(MOST_BYTES, 8 * COPIES * elements + BESIDE);
    let piece: number | null = null;
    let used = 0;
    const takePiece = (): number => {
      try {
        return heap.allocate(bytes + threads * LOOP_SCRATCH);
      } catch {
        return NONE;
      }
    };
    return {
      float64(size) {
        piece ??= takePiece();
        const begin = used;
        if (piece === NONE || begin + 8 * size > bytes) return new Float64Array(size);
        used = Math.ceil((begin + 8 * size) / ALIGNMENT) * ALIGNMENT;
        return new Float64Array(heap.memory.buffer, piece + begin, size).fill(0);
      },
      scope(run) {
        const before = used;
        try {
          return run();
        } finally {
          used = before;
        }
      },
      run(name, args) {
        const loop = LOOPS.get(name);
        if (loop === undefined || args.some((x) => typeof x === 'object' && x.buffer !== heap.memory.buffer)) return false;
        const words = args.map((x) => (typeof x === 'object' ? x.byteOffset : x));
        const { i32 } = heap;
        for (let i = 0; i < words.length; i++) i32[(argumentsAt + 8 * i) >>> 2] = words[i];
        phaseOf ??= instantiate(loopModule(memory));
        runPhase(phaseOf(name, loop.units(words)), loop.work(words), piece! + bytes, LOOP_SCRATCH);
        return true;
      },
      end: () => {
        if (piece !== null && piece !== NONE) heap.deallocate(piece);
      },
    };
  };
}
