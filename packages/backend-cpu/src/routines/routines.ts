/**
 * Routines that the backend has as WebAssembly, by name. All others are JavaScript over whole arrays.
 *
 * Invariant: a routine gives the same result here as there, for any number of threads.
 */
import { sizeOf, type DType, type Shape } from '@sconce/core';
import type { RoutineLaunch } from '@sconce/compiler';
import type { MemoryImport, Module } from '../wasm/index.js';
import { keyForm } from './keys.js';
import { pairBytes } from './radix.js';
import { PARTS, roomBytes, scratchBytes, sortModule, type SortPhase } from './sort.js';

/** How one launch of a routine is run: the phases of a module in order. */
export interface Routine {
  /** Equal for launches that run the same module. */
  readonly key: string;
  readonly module: (memory: MemoryImport) => Module;
  readonly phases: readonly { readonly name: string; readonly units: number }[];
  /** What follows the pointers of inputs, of the output and of the room among the arguments. */
  readonly sizes: readonly number[];
  /** Bytes that the phases share, and bytes for each thread. */
  readonly roomBytes: number;
  readonly scratchBytes: number;
  /** Nanoseconds of one thread. */
  readonly work: number;
}

interface ArgsortAttrs {
  readonly dim: number;
  readonly descending: boolean;
  /** How many of the first positions are asked for; null for all of them. */
  readonly count: number | null;
  readonly isStable: boolean;
}

/** Rows from which threads share one. */
const LONG = 1 << 15;
/** First elements that are kept in a list while the row goes by, rather than found by sorting it. */
const FEW = 256;
/** Memory beside input and output beyond which JavaScript sorts in memory of its own. */
const MOST_BYTES = 2 ** 30;
/** Nanoseconds for an element and each byte of its key; for one that is looked at. */
const BYTE_OF_KEY = 4;
const LOOK = 2;

function argsort(shape: Shape, dtype: DType, { dim, descending, count, isStable }: ArgsortAttrs, threads: number): Routine | null {
  // Where equal elements may go either way, the routine says which.
  if (!isStable) return null;
  const form = keyForm(dtype, descending);
  const size = shape[dim] ?? 1;
  const inner = sizeOf(shape.slice(dim + 1));
  const all = sizeOf(shape);
  const isCut = count === null && all === size && size >= LONG && threads > 1;
  const isFew = count !== null && count <= FEW;
  const cut: readonly SortPhase[] = ['measure', 'split', 'parts'];
  const byRow: SortPhase = isFew ? 'first' : 'rows';
  const routine: Routine = {
    key: `argsort ${dtype} ${descending}`,
    module: (memory) => sortModule(memory, form),
    phases: isCut ? cut.map((name) => ({ name, units: PARTS })) : [{ name: byRow, units: all / size }],
    sizes: [size, inner, count ?? size],
    roomBytes: isCut ? roomBytes(form, size) : 0,
    scratchBytes: isFew ? pairBytes(form) * count : scratchBytes(form, isCut ? 0 : size),
    work: all * (isFew ? LOOK : form.digits * BYTE_OF_KEY),
  };
  return routine.roomBytes + threads * routine.scratchBytes > MOST_BYTES ? null : routine;
}

/** The routine that a launch asks for; null where JavaScript is to run it. */
export function routineOf({ name, attrs, inputs: [x], output }: RoutineLaunch, threads: number): Routine | null {
  if (name !== 'argsort' || output.size === 0) return null;
  return argsort(x.shape, x.dtype, attrs as unknown as ArgsortAttrs, threads);
}
