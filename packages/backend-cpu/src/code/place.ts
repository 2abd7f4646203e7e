/**
 * Where expressions are evaluated: in a function, which offers buffers, scalars and calls, and there at a place of the
 * iteration space: one point, or four points that follow each other along one axis.
 *
 * Invariant: a place says all that values depend on, so within one function an expression has one value at a place.
 */
import { InternalError, type Check, type ComputeType, type DerivedInstruction } from '@sconce/core';
import type { StorageType } from '@sconce/compiler';
import type { Callable } from '../wasm/index.js';
import type { Memory, Term, Terms } from './term.js';
import type { Parts } from './vector.js';

/** A buffer as a function sees it. */
export interface Slot {
  readonly pointer: Term;
  readonly storage: StorageType;
  /** Where the kernel writes it. */
  readonly memory: Memory | undefined;
  readonly isRow: boolean;
}

/** What a function offers to the expressions in it. */
export interface Frame {
  readonly terms: Terms;
  readonly slots: readonly Slot[];
  readonly scalars: readonly Term[];
  /** JavaScript's meaning of an instruction, to be called. */
  native(row: DerivedInstruction, dtype: ComputeType): Callable;
  /** An instruction that matters for few arguments, as a function of vectors that returns at once for all others. */
  rare(row: DerivedInstruction): Callable;
  /** Whether the engine has fused multiply-add. */
  fused(): boolean;
  checked(check: Check, value: Term, position: Term): Term;
  /** The same of four values at four positions. */
  checkedFour(check: Check, values: Term, positions: Term): Term;
}

/** The value of an axis: a term and a constant. */
export interface AxisValue {
  readonly term: Term;
  readonly plus: number;
}

/** By the identities of axes. */
export type AxisValues = ReadonlyMap<number, AxisValue>;

/** Where in the iteration space expressions are evaluated. */
export interface Place {
  readonly axes: AxisValues;
  /** The axis whose next four values are the lanes; null for one point. */
  readonly vector: number | null;
  /** Whether vectors start at multiples of LANES along their axis. */
  readonly aligned?: boolean;
  /** Results of reduce stages: vectors, or one value for one point or common to all lanes. */
  readonly stages: ReadonlyMap<number, Parts>;
  /** Lanes that each element of a row buffer has: 4 where the lanes are grid points, which have rows of their own. */
  readonly rowLanes: number;
  /**
   * Where this place is one of four that follow each other along another axis too: that axis, and which of them it is.
   * Loads that run along it are made for all four at once and turned.
   */
  readonly companion?: { readonly axis: number; readonly index: number } | null;
}

/** A place outside of rows. */
export const placeAt = (axes: AxisValues, vector: number | null, stages: Place['stages'] = new Map()): Place => ({ axes, vector, stages, rowLanes: 1 });

/** Where an expansion is evaluated: its arguments are what varies from lane to lane. No axis has the identity 0. */
export const expansionPlace = (args: readonly Parts[]): Place => placeAt(new Map(), 0, new Map(args.entries()));

/** The value that an axis has among these. */
export function axisAt(values: AxisValues, id: number): AxisValue {
  const value = values.get(id);
  if (value === undefined) throw new InternalError('cpu: an axis outside its loop.');
  return value;
}
