/**
 * Ops: what a node of the graph does, as data.
 *
 * What computes has one of five forms. `element`, `reduce`, `scan` and `scatter` are lowered to expressions, so the compiler
 * can fuse them; a `routine` is JavaScript over whole arrays, for what is no loop nest (sort, cholesky). Three forms say
 * where a value comes from: an `input` is there, a `scalar` is a number of the run, a `transfer` is on another device.
 * Passes ask for the form and never for the name.
 *
 * Invariant: `lower` reads nothing but its arguments, so equal signatures lower to equal kernels.
 *
 * Reference: JAX's primitives (`jax/_src/lax/lax.py`): one definition, several rules.
 */
import type { DType, TypedArray } from '../tensor/dtype.js';
import type { Axis, Combine, Expr } from '../expr/expr.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** The structural arguments of a node: part of the plan cache's key, so never values that change from step to step. */
export type Attrs = Readonly<Record<string, unknown>>;

export interface Meta {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Gives the element of an input at these indices. */
export interface Reader extends Meta {
  (ix: readonly Expr[]): Expr;
}

/** out[ix] = `value` joined over all positions of dimension `dim` up to and including ix[dim]. */
export interface Scan {
  readonly scan: Combine;
  readonly dim: number;
  readonly value: Expr;
}

/** out = `base`, then for every point of `axes`, in order: out[target] = combine(out[target], value). */
export interface Scatter {
  readonly scatter: 'set' | 'sum' | 'prod' | 'max' | 'min';
  readonly base: Expr;
  readonly axes: readonly Axis[];
  readonly target: readonly Expr[];
  readonly value: Expr;
}

export type Lowered = Expr | Scan | Scatter;

export type Lower = (ix: readonly Expr[], inputs: readonly Reader[], node: Meta & { readonly attrs: Attrs }) => Lowered;

/** What a gradient rule may use. `needs[i]` says whether input i wants a gradient. */
export interface GradContext {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attrs: Attrs;
  readonly needs: readonly boolean[];
}

/** The gradients of the inputs, from the gradient of the output; null or a hole where there is none. */
export type Grad = (g: Tensor, context: GradContext) => readonly (Tensor | null | undefined)[];

/**
 * What a backend lends to a routine that runs on its thread: memory, and loops over it of which it has code of its own.
 * Absent: the routine makes its arrays, and loops in JavaScript.
 */
export interface Workspace {
  /** Zeros, until the routine or the scope ends that it was asked for in. */
  float64(size: number): Float64Array;
  /** Arrays that are made within are for use within. */
  scope<T>(run: () => T): T;
  /** Whether the loop of this name was run over these arrays and numbers; with the same bits, or not at all. */
  run(loop: string, args: readonly (Float64Array | number)[]): boolean;
}

/** A routine's arguments on the host; it fills and returns the array of its one output. */
export type Routine = (
  inputs: readonly { readonly data: TypedArray; readonly shape: Shape; readonly dtype: DType }[],
  out: Meta & { readonly data: TypedArray; readonly attrs: Attrs },
  work?: Workspace,
) => void;

export type Form = 'input' | 'scalar' | 'transfer' | 'element' | 'reduce' | 'scan' | 'scatter' | 'routine';

/** An operation, as every part of Sconce knows it. */
export interface Op {
  readonly id: number;
  readonly name: string;
  readonly form: Form;
  readonly lower?: Lower;
  readonly routine?: Routine;
  /** Absent: not differentiable, its inputs get no gradient. */
  readonly grad?: Grad;
}

let nextId = 1;

/** Defines an op. Family constructors call this; a stanza rarely does. */
export const defineOp = (definition: Omit<Op, 'id'>): Op => ({ id: nextId++, ...definition });
