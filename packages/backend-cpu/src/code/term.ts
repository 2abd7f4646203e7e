/**
 * Terms: what a kernel computes, as a graph of WebAssembly instructions before it has a place in the code.
 *
 * Equal terms are one object, so common subexpressions are shared by construction. Each term knows which variables and
 * which written memory its value depends on; from that alone `print.ts` decides where it is computed.
 *
 * Invariant: a term has no effect. Two evaluations of it between which nothing that it reads has changed are equal.
 *
 * Reference: Click, Global code motion / global value numbering (PLDI 1995).
 */
import { follow, followValue, newBranch, type Branch } from '@sconce/core';
import { instruction, type Instruction, type ScalarType, type Shape, type ValueType } from '../wasm/instruction.js';
import type { Callable, Op } from '../wasm/index.js';
import type * as tree from '../wasm/tree.js';

/** Memory that a kernel writes: loads from it stay where they are, as seen from its stores. */
export interface Memory {
  readonly kind: 'memory';
  readonly name: string;
}

interface Base {
  readonly id: number;
  readonly type: ValueType;
  /** What the value depends on, apart from memory that nobody writes. */
  readonly reads: ReadonlySet<Variable | Memory>;
  /** Of the variables that it depends on, the one made last: inner loops come later. */
  readonly rank: number;
}

export interface Variable extends Base {
  readonly kind: 'variable';
  readonly name: string;
}

/** A node of WebAssembly's trees but for its operands, which are terms. */
type Node<T> = Base & Omit<T, 'operands' | 'type'>;
interface Over {
  readonly operands: readonly Term[];
}

export type Constant = Base & tree.Constant;
export interface Operation extends Node<tree.Operation>, Over {}
export interface Call extends Node<tree.Call>, Over {}
export interface Select extends Node<tree.Select>, Over {}

export type Term = Variable | Constant | Operation | Call | Select;
export type TermOperand = Term | number;

/** An address in memory: a term and a constant that the instruction adds. */
export interface Address {
  readonly base: Term;
  readonly offset: number;
}

/** Integers of 64 bits are bigints. */
const typed = (shape: string, value: number | bigint): number | bigint => (shape.startsWith('i64') ? BigInt(value) : value);

const NOTHING: ReadonlySet<Variable | Memory> = new Set<Variable | Memory>();
const NO_LANES: readonly number[] = [];
const NO_OPERANDS: readonly Term[] = [];

export const operandsOf = (x: Term): readonly Term[] => (x.kind === 'variable' || x.kind === 'constant' ? NO_OPERANDS : x.operands);

type Reads = ReadonlySet<Variable | Memory>;

function covers(all: Reads, some: Reads): boolean {
  if (all === some) return true;
  if (all.size < some.size) return false;
  for (const r of some) if (!all.has(r)) return false;
  return true;
}

/** What terms read together: one of their own sets where that holds all, as it mostly does. */
function union(args: readonly Term[], memory?: Memory): Reads {
  let all = NOTHING;
  for (const { reads } of args) {
    if (covers(all, reads)) continue;
    if (covers(reads, all)) {
      all = reads;
      continue;
    }
    const both = new Set(all);
    for (const r of reads) both.add(r);
    all = both;
  }
  return memory === undefined || all.has(memory) ? all : new Set(all).add(memory);
}

/** What a term is through its operands. */
function over(operands: readonly Term[], memory?: Memory): Pick<Operation, 'operands' | 'reads' | 'rank'> {
  let rank = -1;
  for (const x of operands) if (x.rank > rank) rank = x.rank;
  return { operands, reads: union(operands, memory), rank };
}

/** Instructions on integers that are not printed where operands are constants, or the second one changes nothing. Divisors are not 0. */
const FOLDED: Readonly<Partial<Record<Op, { readonly of: (x: number, y: number) => number; readonly identity?: number }>>> = {
  'i32.add': { of: (x, y) => x + y, identity: 0 },
  'i32.sub': { of: (x, y) => x - y, identity: 0 },
  'i32.mul': { of: Math.imul, identity: 1 },
  'i32.shl': { of: (x, y) => x << y, identity: 0 },
  'i32.div_u': { of: (x, y) => (x >>> 0) / (y >>> 0), identity: 1 },
  'i32.rem_u': { of: (x, y) => (x >>> 0) % (y >>> 0) },
  'i32.lt_u': { of: (x, y) => Number(x >>> 0 < y >>> 0) },
};

/** Makes the terms of one function. */
export class Terms {
  /** Terms by what they are: an instruction, its operands, what else it says. */
  private readonly start = newBranch<Term>();
  private variables = 0;

  variable(name: string, type: ValueType): Variable {
    const reads = new Set<Variable | Memory>();
    const made: Variable = { kind: 'variable', id: this.nextId(), type, name, reads, rank: this.variables++ };
    reads.add(made);
    return made;
  }

  constant(shape: ScalarType | Shape, ...values: (number | bigint)[]): Term {
    return this.shared(this.at(shape, values), (id) => {
      const type = shape.includes('x') ? 'v128' : (shape as ScalarType);
      return { kind: 'constant', id, type, shape, values: values.map((x) => typed(shape, x)), reads: NOTHING, rank: -1 };
    });
  }

  i32(value: number): Term {
    return this.constant('i32', value | 0);
  }

  /** An instruction; plain numbers among the operands become constants of the type that its name begins with. */
  op(name: Op, ...operands: TermOperand[]): Term {
    return this.laneOp(name, NO_LANES, ...operands);
  }

  laneOp(name: Op, lanes: readonly number[], ...operands: TermOperand[]): Term {
    const known = instruction(name);
    const args = this.typed(known, operands);
    return this.foldInteger(known, args) ?? this.operation(known, args, 0, lanes);
  }

  /** A load; `memory` is given where the kernel writes what it reads. */
  load(name: Op, { base, offset }: Address, memory?: Memory): Term {
    return this.operation(instruction(name), [base], offset, NO_LANES, memory);
  }

  call(callee: Callable, ...operands: TermOperand[]): Term {
    const given = operands.map((x, i) => (typeof x === 'number' ? this.constant(callee.parameters[i] as ScalarType, x) : x));
    return this.shared(this.at(callee, given), (id) => ({
      kind: 'call', id, type: callee.result as ValueType, callee, ...over(given),
    }));
  }

  select(ifTrue: Term, ifFalse: Term, condition: Term): Term {
    if (ifTrue === ifFalse) return ifTrue;
    if (condition.kind === 'constant') return condition.values[0] ? ifTrue : ifFalse;
    const operands = [ifTrue, ifFalse, condition];
    return this.shared(this.at('select', operands), (id) => ({ kind: 'select', id, type: ifTrue.type, ...over(operands) }));
  }

  // ── i32 arithmetic, as addresses need it ───────────────────────────────────────────────────────────────────────────

  add(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.add', a, b);
  }
  sub(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.sub', a, b);
  }
  mul(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.mul', a, b);
  }
  /** The quotient of two that are not negative, and so the following. */
  div(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.div_u', a, b);
  }
  rem(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.rem_u', a, b);
  }
  less(a: TermOperand, b: TermOperand): Term {
    return this.op('i32.lt_u', a, b);
  }
  least(a: Term, b: Term | number): Term {
    const other = typeof b === 'number' ? this.i32(b) : b;
    return this.select(a, other, this.less(a, other));
  }

  /** Where steps of a power of two, begun at `from`, come to that do not pass `to`. */
  whole(from: Term, to: Term, step: number): Term {
    return this.add(from, this.op('i32.and', this.sub(to, from), -step));
  }

  /** `x·by`, as a shift where that is one. */
  scale(x: Term, by: number): Term {
    if (by === 1) return x;
    return by > 0 && (by & (by - 1)) === 0 ? this.op('i32.shl', x, Math.log2(by)) : this.mul(x, by);
  }

  private foldInteger({ name }: Instruction, [a, b]: readonly Term[]): Term | undefined {
    const folding = FOLDED[name];
    if (folding === undefined || b.kind !== 'constant') return undefined;
    const y = Number(b.values[0]);
    if (a.kind === 'constant') return this.i32(folding.of(Number(a.values[0]), y));
    if (y === 1 && name === 'i32.rem_u') return this.i32(0);
    return y === folding.identity ? a : undefined;
  }

  private typed({ type, shape }: Instruction, operands: readonly TermOperand[]): Term[] {
    return operands.map((x) => {
      if (typeof x === 'object') return x;
      return type === 'v128' ? this.splat(shape!, x) : this.constant(type, x);
    });
  }

  /** A constant in every lane. */
  splat(shape: Shape, value: number | bigint): Term {
    return this.shared(this.at(`${shape}*`, [value]), (id) => {
      const values = new Array<number | bigint>(Number(shape.split('x')[1])).fill(typed(shape, value));
      return { kind: 'constant', id, type: 'v128', shape, values, reads: NOTHING, rank: -1 };
    });
  }

  private operation(known: Instruction, args: readonly Term[], offset: number, lanes: readonly number[], memory?: Memory): Term {
    let at = this.at(known, args);
    if (offset !== 0) at = follow(at, offset);
    for (const lane of lanes) at = follow(at, lane);
    if (memory !== undefined) at = follow(at, memory);
    return this.shared(at, (id) => ({
      kind: 'operation', id, type: known.result as ValueType, instruction: known, offset, lanes, ...over(args, memory),
    }));
  }

  /** Where a path of what a term is begins: what it does, and to what. */
  private at(does: unknown, operands: readonly (Term | number | bigint)[]): Branch<Term> {
    let at = follow(this.start, does);
    for (const x of operands) at = typeof x === 'object' ? follow(at, x) : followValue(at, x);
    return at;
  }

  private shared(at: Branch<Term>, make: (id: number) => Term): Term {
    return (at.end ??= make(this.nextId()));
  }

  private nextId(): number {
    return (this.count += 1);
  }

  private count = 0;
}
