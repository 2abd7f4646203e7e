/**
 * Printing statements as a function of WebAssembly: where each term is computed.
 *
 * A term that does not depend on what a loop changes is computed before the loop, once; one that is used several times
 * in a block is bound to a local at its first use; everything else is nested where it is used. Vector constants count as
 * terms too, so they sit in locals outside of all loops.
 *
 * Invariant: a local that holds a term is forgotten as soon as something that the term reads is written.
 *
 * Reference: Click, Global code motion / global value numbering (PLDI 1995).
 */
import { instruction, type FunctionCode, type Local, type Op, type ResultType, type Value, type ValueType } from '../wasm/index.js';
import type * as tree from '../wasm/tree.js';
import { innerOf, rootsOf, type Statement, type Writes } from './statement.js';
import { operandsOf, Terms, type Memory, type Term, type Variable } from './term.js';

const dependsOn = (x: Term, writes: Writes): boolean => {
  for (const r of x.reads) if (writes.has(r)) return true;
  return false;
};

type Made = Exclude<Term, Variable>;

/** Whether a term is worth a local of its own. */
const holdable = (x: Term): x is Made => (x.kind === 'constant' ? x.type === 'v128' : x.kind !== 'variable');

/** The largest terms in a loop that it does not change. */
function invariantsOf(loop: Statement): Made[] {
  const { writes } = loop;
  const found = new Set<Made>();
  const seen = new Set<Term>();
  const visit = (x: Term): void => {
    if (seen.has(x)) return;
    seen.add(x);
    if (!dependsOn(x, writes)) {
      if (holdable(x)) found.add(x);
      return;
    }
    operandsOf(x).forEach(visit);
  };
  const walk = (s: Statement): void => {
    rootsOf(s).forEach(visit);
    innerOf(s).forEach(walk);
  };
  innerOf(loop).forEach(walk);
  return [...found];
}

/** An instruction around values. */
const operation = (name: Op, operands: readonly Value[], offset = 0, lanes: readonly number[] = []): Value => {
  const known = instruction(name);
  return { kind: 'operation', type: known.result, instruction: known, operands, offset, lanes };
};

const integer = (value: number): Value => ({ kind: 'constant', type: 'i32', shape: 'i32', values: [value] });

/** A function of these parameters, with the statements that `write` gives as its body. */
export function printFunction<P extends string>(
  name: string,
  parameters: Readonly<Record<P, ValueType>>,
  result: ResultType,
  write: (t: Terms, given: Readonly<Record<P, Variable>>) => readonly Statement[],
): FunctionCode {
  const t = new Terms();
  const params = {} as Record<P, Local>;
  const given = {} as Record<P, Variable>;
  const types: ValueType[] = [];
  const locals = new Map<Variable, Local>();
  for (const key of Object.keys(parameters) as P[]) {
    const type = parameters[key];
    params[key] = { kind: 'local', type, name: key, index: types.push(type) - 1 };
    locals.set((given[key] = t.variable(key, type)), params[key]);
  }
  return { name, parameters: types, result, params, ...bodyOf(write(t, given), types.length, locals) };
}

/** The statements as a body; `first` is the index of the first slot after the parameters. */
function bodyOf(root: readonly Statement[], first: number, locals: Map<Variable, Local>): Pick<FunctionCode, 'slots' | 'locals' | 'body'> {
  const slots: ValueType[] = [];
  const all: Local[] = [];
  const free: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  const bound = new Map<Term, Local>();

  /** Terms that were bound, by what they read. */
  const readers = new Map<Variable | Memory, Term[]>();

  const forget = (writes: Writes): void => {
    for (const w of writes) {
      const terms = readers.get(w);
      if (terms === undefined) continue;
      for (const x of terms) bound.delete(x);
      terms.length = 0;
    }
  };

  const block = (statements: readonly Statement[]): tree.Statement[] => {
    const body: tree.Statement[] = [];
    const open: Local[] = [];
    const made: [Term, Local][] = [];
    const declared: Variable[] = [];
    const hoisted = new Map<Statement, Made[]>();
    const uses = new Map<Term, number>();
    const count = (x: Term): void => {
      const n = uses.get(x) ?? 0;
      uses.set(x, n + 1);
      if (n === 0 && !bound.has(x)) operandsOf(x).forEach(count);
    };
    for (const s of statements) {
      rootsOf(s).forEach(count);
      if (s.kind !== 'loop') continue;
      const terms = invariantsOf(s);
      hoisted.set(s, terms);
      terms.forEach(count);
    }

    /** A variable that lives to the end of the block; then its slot serves later ones of its type. */
    const local = (name: string, type: ValueType): Local => {
      const variable: Local = { kind: 'local', type, name, index: free[type].pop() ?? first + slots.push(type) - 1 };
      all.push(variable);
      open.push(variable);
      return variable;
    };
    const held = (name: string, value: Value): Local => {
      const variable = local(name, value.type as ValueType);
      body.push({ kind: 'set', local: variable, value });
      return variable;
    };
    const bind = (x: Made): Local => {
      const variable = held(nameOf(x), build(x));
      bound.set(x, variable);
      made.push([x, variable]);
      for (const r of x.reads) {
        const terms = readers.get(r);
        if (terms === undefined) readers.set(r, [x]);
        else terms.push(x);
      }
      return variable;
    };
    const value = (x: Term): Value => {
      if (x.kind === 'variable') return locals.get(x) ?? fail(x);
      return bound.get(x) ?? (holdable(x) && x.kind !== 'constant' && (uses.get(x) ?? 0) > 1 ? bind(x) : build(x));
    };
    const build = (x: Made): Value => (x.kind === 'constant' ? x : { ...x, operands: x.operands.map(value) });

    const statement = (s: Statement): void => {
      switch (s.kind) {
        case 'comment':
          body.push(s);
          return;
        case 'set': {
          const v = value(s.value);
          let variable = locals.get(s.variable);
          if (variable === undefined) {
            locals.set(s.variable, (variable = local(s.variable.name, s.variable.type)));
            declared.push(s.variable);
          }
          body.push({ kind: 'set', local: variable, value: v });
          break;
        }
        case 'store': {
          const { address, name, lane } = s;
          const operands = [value(address.base), value(s.value)];
          body.push({ kind: 'evaluate', value: operation(name, operands, address.offset, lane === undefined ? [] : [lane]) });
          break;
        }
        case 'return':
          body.push({ kind: 'return', value: value(s.value) });
          break;
        case 'call':
          body.push({ kind: 'evaluate', value: { kind: 'call', type: s.callee.result, callee: s.callee, operands: s.args.map(value) } });
          break;
        case 'if':
          body.push({ kind: 'if', condition: value(s.condition), then: block(s.then), else: block(s.otherwise) });
          break;
        case 'loop': {
          const from = value(s.from);
          const given = value(s.to);
          const to = given.kind === 'constant' || given.kind === 'local' ? given : held('end', given);
          hoisted.get(s)!.forEach((x) => bound.has(x) || bind(x));
          forget(s.writes);
          const { name } = s.counter;
          const counter = local(name, 'i32');
          const label = { name };
          const isBefore = operation('i32.lt_u', [counter, to]);
          locals.set(s.counter, counter);
          const round: tree.Statement[] = [
            ...block(s.body),
            { kind: 'set', local: counter, value: operation('i32.add', [counter, integer(s.step)]) },
            { kind: 'branch', label, condition: isBefore },
          ];
          body.push({ kind: 'set', local: counter, value: from });
          body.push({ kind: 'if', condition: isBefore, then: [{ kind: 'loop', label, body: round }], else: [] });
          locals.delete(s.counter);
          break;
        }
      }
      forget(s.writes);
    };

    statements.forEach(statement);
    // What this block has bound ends with it; what it has changed stays forgotten.
    for (const [x, variable] of made) if (bound.get(x) === variable) bound.delete(x);
    for (const v of declared) locals.delete(v);
    for (const { type, index } of open) free[type].push(index);
    return body;
  };

  return { slots, locals: all, body: block(root) };
}

const fail = (x: Variable): never => {
  throw new TypeError(`variable ${x.name} is read before it is set.`);
};

/** What a local that holds a term is called in printed kernels. */
function nameOf(x: Term): string {
  if (x.kind !== 'operation') return x.kind === 'call' ? x.callee.name : x.kind;
  const { name } = x.instruction;
  return name.includes('load') ? 'x' : name.split('.')[1].split('_')[0];
}
