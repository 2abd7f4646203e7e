/**
 * Printing statements into a function: where each term is computed.
 *
 * A term that does not depend on what a loop changes is computed before the loop, once; one that is used several times
 * in a block is bound to a local at its first use; everything else is nested where it is used. Vector constants count as
 * terms too, so they sit in locals outside of all loops.
 *
 * Invariant: a local that holds a term is forgotten as soon as something that the term reads is written.
 *
 * Reference: Click, Global code motion / global value numbering (PLDI 1995).
 */
import type { FunctionBuilder, Local, Value } from '../wasm/index.js';
import { at, call, constant, select } from '../wasm/index.js';
import { operation } from '../wasm/value.js';
import { innerOf, rootsOf, type Statement, type Writes } from './statement.js';
import { argsOf, type Memory, type Term, type Variable } from './term.js';

const dependsOn = (x: Term, writes: Writes): boolean => {
  for (const r of x.reads) if (writes.has(r)) return true;
  return false;
};

/** Whether a term is worth a local of its own. */
const holdable = (x: Term): boolean => x.kind === 'constant' ? x.type === 'v128' : x.kind !== 'variable';

/** The largest terms in a loop that it does not change. */
function invariantsOf(loop: Statement): Term[] {
  const { writes } = loop;
  const found = new Set<Term>();
  const seen = new Set<Term>();
  const visit = (x: Term): void => {
    if (seen.has(x)) return;
    seen.add(x);
    if (!dependsOn(x, writes)) {
      if (holdable(x)) found.add(x);
      return;
    }
    argsOf(x).forEach(visit);
  };
  const walk = (s: Statement): void => {
    rootsOf(s).forEach(visit);
    innerOf(s).forEach(walk);
  };
  innerOf(loop).forEach(walk);
  return [...found];
}

/** Writes the statements as the body of `fn`. */
export function printStatements(fn: FunctionBuilder, params: ReadonlyMap<Variable, Local>, body: readonly Statement[]): void {
  const locals = new Map<Variable, Local>(params);
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

  const block = (statements: readonly Statement[]): void => {
    const made: [Term, Local][] = [];
    const declared: Variable[] = [];
    const hoisted = new Map<Statement, Term[]>();
    const uses = new Map<Term, number>();
    const count = (x: Term): void => {
      const n = uses.get(x) ?? 0;
      uses.set(x, n + 1);
      if (n === 0 && !bound.has(x)) argsOf(x).forEach(count);
    };
    for (const s of statements) {
      rootsOf(s).forEach(count);
      if (s.kind !== 'loop') continue;
      const terms = invariantsOf(s);
      hoisted.set(s, terms);
      terms.forEach(count);
    }

    const bind = (x: Term): Local => {
      const local = fn.let(nameOf(x), build(x));
      bound.set(x, local);
      made.push([x, local]);
      for (const r of x.reads) {
        const terms = readers.get(r);
        if (terms === undefined) readers.set(r, [x]);
        else terms.push(x);
      }
      return local;
    };
    const value = (x: Term): Value => {
      if (x.kind === 'variable') return locals.get(x) ?? fail(x);
      const local = bound.get(x);
      if (local !== undefined) return local;
      return holdable(x) && x.kind !== 'constant' && (uses.get(x) ?? 0) > 1 ? bind(x) : build(x);
    };
    const build = (x: Term): Value => {
      switch (x.kind) {
        case 'variable':
          return value(x);
        case 'constant':
          return constant(x.shape, ...x.values);
        case 'call':
          return call(x.callee, ...x.args.map(value));
        case 'select': {
          const [a, b, c] = x.args.map(value);
          return select(a, b, c);
        }
        case 'operation': {
          const args = x.args.map(value);
          return operation(x.name, x.lanes, x.offset === 0 ? args : [at(args[0], x.offset), ...args.slice(1)]);
        }
      }
    };

    const statement = (s: Statement): void => {
      switch (s.kind) {
        case 'comment':
          fn.comment(s.text);
          return;
        case 'set': {
          const v = value(s.value);
          let local = locals.get(s.variable);
          if (local === undefined) {
            local = fn.local(s.variable.name, s.variable.type);
            locals.set(s.variable, local);
            declared.push(s.variable);
          }
          fn.set(local, v);
          break;
        }
        case 'store': {
          const { address, name, lane } = s;
          const base = value(address.base);
          fn.do(operation(name, lane === undefined ? [] : [lane], [at(base, address.offset), value(s.value)]));
          break;
        }
        case 'return':
          fn.return(value(s.value));
          break;
        case 'call':
          fn.do(call(s.callee, ...s.args.map(value)));
          break;
        case 'if': {
          const condition = value(s.condition);
          fn.if(condition, () => block(s.then), s.otherwise.length === 0 ? undefined : () => block(s.otherwise));
          break;
        }
        case 'loop': {
          const from = value(s.from);
          const to = s.to.kind === 'constant' ? Number(s.to.values[0]) : asLocal(s.to);
          hoisted.get(s)!.forEach((x) => bound.has(x) || bind(x));
          forget(s.writes);
          fn.for(s.counter.name, from, to, s.step, (counter) => {
            locals.set(s.counter, counter);
            block(s.body);
          });
          locals.delete(s.counter);
          break;
        }
      }
      forget(s.writes);
    };
    const asLocal = (x: Term): Local => {
      const v = value(x);
      return v.kind === 'local' ? v : fn.let('end', v);
    };

    statements.forEach(statement);
    // What this block has bound ends with it; what it has changed stays forgotten.
    for (const [x, local] of made) if (bound.get(x) === local) bound.delete(x);
    for (const v of declared) locals.delete(v);
  };

  block(body);
}

const fail = (x: Variable): never => {
  throw new TypeError(`variable ${x.name} is read before it is set.`);
};

/** What a local that holds a term is called in printed kernels. */
function nameOf(x: Term): string {
  if (x.kind === 'operation') return /load/.test(x.name) ? 'x' : x.name.split('.')[1].split('_')[0];
  return x.kind === 'call' ? x.callee.name : x.kind;
}
