/**
 * Statements: what a kernel does, as data. Stores, variables, loops and conditions around terms.
 *
 * Invariant: statements say what happens in which order and nothing about where the values are computed.
 */
import type { Callable, Op } from '../wasm/index.js';
import type { Address, Memory, Term, Variable } from './term.js';

export type Writes = ReadonlySet<Variable | Memory>;

/** Every statement knows what it and the statements inside may change. */
interface Changes {
  readonly writes: Writes;
}

export type Statement = Changes &
  (
    | { readonly kind: 'set'; readonly variable: Variable; readonly value: Term }
    | {
        readonly kind: 'store';
        readonly name: Op;
        readonly address: Address;
        readonly value: Term;
        /** For stores of one lane. */
        readonly lane: number | undefined;
      }
    /** `for (counter = from; counter < to; counter += step)`, unsigned. */
    | {
        readonly kind: 'loop';
        readonly counter: Variable;
        readonly from: Term;
        readonly to: Term;
        readonly step: number;
        readonly body: readonly Statement[];
      }
    | { readonly kind: 'if'; readonly condition: Term; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
    /** A function of the same module. */
    | { readonly kind: 'call'; readonly callee: Callable; readonly args: readonly Term[] }
    | { readonly kind: 'return'; readonly value: Term }
    | { readonly kind: 'comment'; readonly text: string }
  );

const NOTHING: Writes = new Set<Variable | Memory>();

function changed(statements: readonly Statement[], also?: Variable): Writes {
  const all = new Set<Variable | Memory>();
  if (also !== undefined) all.add(also);
  for (const { writes } of statements) for (const w of writes) all.add(w);
  return all;
}

export const giveBack = (value: Term): Statement => ({ kind: 'return', value, writes: NOTHING });
export const comment = (text: string): Statement => ({ kind: 'comment', text, writes: NOTHING });
export const set = (variable: Variable, value: Term): Statement => ({ kind: 'set', variable, value, writes: variable.reads });
export const store = (name: Op, address: Address, value: Term, memory: Memory, lane?: number): Statement => ({
  kind: 'store', name, address, value, lane, writes: writesTo(memory),
});
/** A call of a function that changes this memory. */
export const invoke = (callee: Callable, args: readonly Term[], memory: readonly Memory[]): Statement => ({
  kind: 'call', callee, args, writes: new Set(memory),
});
export const when = (condition: Term, then: readonly Statement[], otherwise: readonly Statement[] = []): Statement => ({
  kind: 'if', condition, then, otherwise, writes: changed([...then, ...otherwise]),
});
export const loop = (counter: Variable, from: Term, to: Term, step: number, body: readonly Statement[]): Statement => ({
  kind: 'loop', counter, from, to, step, body, writes: changed(body, counter),
});

const ofMemory = new WeakMap<Memory, Writes>();
function writesTo(memory: Memory): Writes {
  let writes = ofMemory.get(memory);
  if (writes === undefined) ofMemory.set(memory, (writes = new Set([memory])));
  return writes;
}

/** The terms that a statement evaluates itself, not those of the statements inside. */
export function rootsOf(s: Statement): readonly Term[] {
  switch (s.kind) {
    case 'set':
      return [s.value];
    case 'store':
      return [s.address.base, s.value];
    case 'loop':
      return [s.from, s.to];
    case 'if':
      return [s.condition];
    case 'call':
      return s.args;
    case 'return':
      return [s.value];
    case 'comment':
      return [];
  }
}

/** The statements inside. */
export const innerOf = (s: Statement): readonly Statement[] =>
  s.kind === 'loop' ? s.body : s.kind === 'if' ? [...s.then, ...s.otherwise] : [];
