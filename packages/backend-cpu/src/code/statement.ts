/**
 * Statements: what a kernel does, as data. Stores, variables, loops and conditions around terms.
 *
 * Invariant: statements say what happens in which order and nothing about where the values are computed.
 */
import type { Callable, Op } from '../wasm/index.js';
import type { Address, Memory, Term, Variable } from './term.js';

export type Statement =
  | { readonly kind: 'set'; readonly variable: Variable; readonly value: Term }
  | {
      readonly kind: 'store';
      readonly name: Op;
      readonly address: Address;
      readonly value: Term;
      readonly memory: Memory;
      /** For stores of one lane. */
      readonly lane?: number;
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
  /** A function of the same module, which writes this memory. */
  | { readonly kind: 'call'; readonly callee: Callable; readonly args: readonly Term[]; readonly writes: readonly Memory[] }
  | { readonly kind: 'return'; readonly value: Term }
  | { readonly kind: 'comment'; readonly text: string };

export const set = (variable: Variable, value: Term): Statement => ({ kind: 'set', variable, value });
export const giveBack = (value: Term): Statement => ({ kind: 'return', value });
export const comment = (text: string): Statement => ({ kind: 'comment', text });
export const store = (name: Op, address: Address, value: Term, memory: Memory, lane?: number): Statement => ({
  kind: 'store', name, address, value, memory, lane,
});
export const when = (condition: Term, then: readonly Statement[], otherwise: readonly Statement[] = []): Statement => ({
  kind: 'if', condition, then, otherwise,
});
export const invoke = (callee: Callable, args: readonly Term[], writes: readonly Memory[]): Statement => ({
  kind: 'call', callee, args, writes,
});
export const loop = (counter: Variable, from: Term, to: Term, step: number, body: readonly Statement[]): Statement => ({
  kind: 'loop', counter, from, to, step, body,
});

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

const written = new WeakMap<Statement, ReadonlySet<Variable | Memory>>();

/** The variables and memory that a statement may change. */
export function writesOf(s: Statement): ReadonlySet<Variable | Memory> {
  let known = written.get(s);
  if (known === undefined) {
    const all = new Set<Variable | Memory>();
    if (s.kind === 'set') all.add(s.variable);
    if (s.kind === 'store') all.add(s.memory);
    if (s.kind === 'loop') all.add(s.counter);
    if (s.kind === 'call') s.writes.forEach((w) => all.add(w));
    for (const inner of innerOf(s)) for (const w of writesOf(inner)) all.add(w);
    written.set(s, (known = all));
  }
  return known;
}
