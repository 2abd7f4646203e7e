/**
 * Functions as data: statements in structured blocks around trees of instructions. What is printed, as bytes by `encode.ts`
 * and as text by `wat.ts`, and who makes it is left open: kernels are scheduled into it (`code/print.ts`), and functions
 * that are written by hand come from `builder.ts`.
 *
 * Invariant: a tree is evaluated where a statement puts it, operands from left to right; a local is set before it is read.
 *
 * Reference: WebAssembly core specification 3.0, sections 2.4 (instructions) and 2.5 (modules).
 */
import type { Instruction, ResultType, ScalarType, Shape, ValueType } from './instruction.js';

export interface Constant {
  readonly kind: 'constant';
  readonly type: ValueType;
  /** What `values` are: one scalar, or the lanes of a vector. */
  readonly shape: ScalarType | Shape;
  readonly values: readonly (number | bigint)[];
}

/** A variable of a function; as an operand it is its value at the time when it is evaluated. */
export interface Local {
  readonly kind: 'local';
  readonly type: ValueType;
  readonly name: string;
  readonly index: number;
}

export interface Operation {
  readonly kind: 'operation';
  readonly type: ResultType;
  readonly instruction: Instruction;
  readonly operands: readonly Value[];
  /** For memory accesses, the constant added to the address. */
  readonly offset: number;
  readonly lanes: readonly number[];
}

/** A function that can be called: imported, or of the same module. */
export interface Callable {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ResultType;
}

export interface Call {
  readonly kind: 'call';
  readonly type: ResultType;
  readonly callee: Callable;
  readonly operands: readonly Value[];
}

/** `operands[2] ? operands[0] : operands[1]`, both evaluated. */
export interface Select {
  readonly kind: 'select';
  readonly type: ValueType;
  readonly operands: readonly Value[];
}

/** Sets a local and is the value set. */
export interface Tee {
  readonly kind: 'tee';
  readonly type: ValueType;
  readonly local: Local;
  readonly operands: readonly Value[];
}

export type Value = Constant | Local | Operation | Call | Select | Tee;

/** The target of branches: the end of a block, the start of a loop. */
export interface Label {
  readonly name: string;
}

export type Statement =
  | { readonly kind: 'evaluate'; readonly value: Value }
  | { readonly kind: 'set'; readonly local: Local; readonly value: Value }
  | { readonly kind: 'block' | 'loop'; readonly label: Label; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly condition: Value; readonly then: readonly Statement[]; readonly else: readonly Statement[] }
  | { readonly kind: 'branch'; readonly label: Label; readonly condition: Value | undefined }
  | { readonly kind: 'return'; readonly value: Value | undefined }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'comment'; readonly text: string };

/** A function with its body. */
export interface FunctionCode extends Callable {
  readonly params: Readonly<Record<string, Local>>;
  /** The types of the slots after the parameters. */
  readonly slots: readonly ValueType[];
  /** Every variable made, parameters left out: some share a slot. */
  readonly locals: readonly Local[];
  readonly body: readonly Statement[];
}
