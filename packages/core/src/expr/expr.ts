/**
 * The language in which an op says what one element of its result is.
 *
 * An `Expr` is a pure expression tree over scalars: constants, loop axes, elements of inputs, runtime scalars,
 * instructions (`instructions.ts`), and reductions over axes of their own. `e` (`e.ts`) builds them.
 *
 * Invariant: expressions are immutable; every axis below a `reduce` that is not bound by it belongs to the kernel.
 *
 * Reference: Ragan-Kelley et al., Halide (PLDI 2013): the algorithm without its schedule.
 */
import { computeType, type ComputeType, type DType } from '../tensor/dtype.js';
import type { DerivedInstruction, InstructionName } from './instructions.js';
import { roundTo } from './math/convert.js';

/** How a reduction or a scan joins two values. The `arg` forms give the position of the extreme, first one wins. */
export type Combine = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin';

/** A loop of a kernel: a fresh identity and how many steps it takes. */
export interface Axis {
  readonly id: number;
  readonly extent: number;
  /** For people: `m`, `k`, `r` in printed kernels. */
  readonly label: string;
}

/** What an index that comes from data must satisfy, and what to say when it does not. */
export interface IndexCheck {
  readonly op: string;
  readonly size: number;
  /** What the index names: 'index', 'class'. */
  readonly noun: string;
  /** A negative index counts from the end: it has had `size` added already. For messages only. */
  readonly fromEnd?: boolean;
}

/** Whether it gives a position. */
export const isArg = (combine: Combine): boolean => combine === 'argmax' || combine === 'argmin';

/** A check in an expression: what it says when an index fails comes with it, so with the ops that check. */
export interface Check extends IndexCheck {
  readonly error: (check: IndexCheck, got: number, position: number) => Error;
}

interface Base {
  readonly dtype: ComputeType;
  readonly args: readonly Expr[];
}

/** The value of one element, as an expression. */
export type Expr =
  | (Base & { readonly op: 'const'; readonly value: number | bigint })
  | (Base & { readonly op: 'axis'; readonly axis: Axis })
  /** A number given at run time, by its slot. */
  | (Base & { readonly op: 'scalar'; readonly slot: number })
  /** An element of a buffer, at a flat index. */
  | (Base & { readonly op: 'load'; readonly slot: number; readonly storage: DType })
  /** `args[0]`, an integer that must lie in 0 … size − 1; out of range it counts as 0 and the run fails. */
  | (Base & { readonly op: 'check'; readonly check: Check })
  /** `args[0]` joined over all values of `axes`. */
  | (Base & { readonly op: 'reduce'; readonly combine: Combine; readonly axes: readonly Axis[] })
  /** The result of a stage of the same kernel. */
  | (Base & { readonly op: 'stage'; readonly id: number })
  | (Base & { readonly op: InstructionName })
  /** An instruction that is made of simpler ones. */
  | (Base & { readonly op: 'derived'; readonly row: DerivedInstruction });

let nextAxis = 1;
/** An axis that no other is. */
export const freshAxis = (extent: number, label: string): Axis => ({ id: nextAxis++, extent, label });

const NONE: readonly Expr[] = [];

// ── leaves ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A constant of a type. */
export const constant = (value: number | bigint | boolean, dtype: ComputeType): Expr =>
  ({ op: 'const', dtype, args: NONE, value: roundTo(value, dtype) });

/** The index along an axis. */
export const axisRef = (axis: Axis): Expr => ({ op: 'axis', dtype: 'int32', args: NONE, axis });
/** A runtime scalar, by its slot. */
export const scalarRef = (slot: number, dtype: ComputeType): Expr => ({ op: 'scalar', dtype, args: NONE, slot });
/** The result of a stage before. */
export const stageRef = (id: number, dtype: ComputeType): Expr => ({ op: 'stage', dtype, args: NONE, id });
/** An element of a buffer. */
export const loadOf = (slot: number, storage: DType, index: Expr): Expr => ({
  op: 'load',
  dtype: computeType(storage),
  args: [index],
  slot,
  storage,
});

/** The same expression with other children. */
export const withArgs = (x: Expr, args: readonly Expr[]): Expr =>
  args.every((a, i) => a === x.args[i]) ? x : ({ ...x, args });
