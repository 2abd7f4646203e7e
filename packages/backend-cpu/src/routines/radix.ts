/**
 * Sorting pairs: a key and its position side by side, which move together, as functions of a module.
 *
 *     fill(x, step, position, count, to)        pairs of elements
 *     insertion(pairs, count)                   sorts few, in place
 *     insert(pairs, hole, key, position)        puts one among sorted ones
 *     radix(pairs, spare, count, tables)        sorts many: a pass for each byte of the key, the lowest first
 *     write(pairs, count, out, step)            positions
 *
 * A pass reads pairs in order and writes 256 runs. All digits are counted in one reading; one that all keys share moves
 * nothing.
 *
 * Invariant: equal keys keep their order.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
import { at, call, constant, op, type FunctionBuilder, type ModuleBuilder, type Operand } from '../wasm/builder.js';
import type { Callable, Local, Value } from '../wasm/index.js';
import type { KeyForm } from './keys.js';

const DIGITS = 256;
/** Bytes of a table: one word for each digit. */
const TABLE = 4 * DIGITS;

/** Bytes of the tables of all digits. */
export const tableBytes = ({ digits }: KeyForm): number => TABLE * digits;

export const pairBytes = ({ isWide }: KeyForm): number => (isWide ? 16 : 8);

/** The functions of a module, to be called by its phases. */
export interface Sorter {
  readonly pair: Pair;
  readonly fill: Callable;
  readonly insert: Callable;
  readonly insertion: Callable;
  readonly radix: Callable;
  readonly write: Callable;
}

/** Adds the functions for keys of a form. */
export function addSorter(module: ModuleBuilder, form: KeyForm): Sorter {
  const pair = pairOf(form);
  const insert = addInsert(module, pair);
  return {
    pair,
    insert,
    fill: addFill(module, form, pair),
    insertion: addInsertion(module, pair, insert),
    radix: addRadix(module, form, pair),
    write: addWrite(module, pair),
  };
}

// ── pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Pair {
  readonly bytes: number;
  /** Where in a pair the key's lowest byte is, and the position. */
  readonly keyAt: number;
  readonly positionAt: number;
  key(address: Local, offset?: number): Value;
  store(fn: FunctionBuilder, to: Local, key: Operand, position: Operand): void;
  move(to: Operand, from: Operand): Value;
}

/** A key of 32 bits is the upper half of a word of 64; one of 64 bits stands before its position. */
function pairOf({ isWide }: KeyForm): Pair {
  const [keyAt, positionAt] = isWide ? [0, 8] : [4, 0];
  return {
    bytes: isWide ? 16 : 8,
    keyAt,
    positionAt,
    key: (address, offset = 0) => op(isWide ? 'i64.load' : 'i32.load', at(address, offset + keyAt)),
    store(fn, to, key, position) {
      fn.do(op(isWide ? 'i64.store' : 'i32.store', at(to, keyAt), key));
      fn.do(op('i32.store', at(to, positionAt), position));
    },
    move: (to, from) => (isWide ? op('v128.store', to, op('v128.load', from)) : op('i64.store', to, op('i64.load', from))),
  };
}

/** `fill(x, step, position, count, to)`: pairs of `count` elements that are `step` bytes apart. */
function addFill(module: ModuleBuilder, form: KeyForm, pair: Pair): FunctionBuilder {
  const fn = module.function('fill', { x: 'i32', step: 'i32', position: 'i32', count: 'i32', to: 'i32' }, 'none');
  const { x, step, position, count, to } = fn.params;
  const end = fn.let('end', op('i32.add', position, count));
  fn.for('i', position, end, 1, (i) => {
    const word = fn.let('word', op(form.load, x));
    pair.store(fn, to, form.key(fn, word), i);
    fn.set(x, op('i32.add', x, step));
    fn.set(to, op('i32.add', to, pair.bytes));
  });
  return fn;
}

/** `write(pairs, count, out, step)`: the positions, `step` bytes apart. */
function addWrite(module: ModuleBuilder, pair: Pair): FunctionBuilder {
  const fn = module.function('write', { pairs: 'i32', count: 'i32', out: 'i32', step: 'i32' }, 'none');
  const { pairs, count, out, step } = fn.params;
  const end = fn.let('end', op('i32.add', pairs, op('i32.mul', count, pair.bytes)));
  fn.for('from', pairs, end, pair.bytes, (from) => {
    fn.do(op('i32.store', out, op('i32.load', at(from, pair.positionAt))));
    fn.set(out, op('i32.add', out, step));
  });
  return fn;
}

// ── sorting pairs ────────────────────────────────────────────────────────────────────────────────────────────────────

/** `insert(pairs, hole, key, position)`: puts a pair among sorted ones, behind its equals, which moves some up to the hole. */
function addInsert(module: ModuleBuilder, pair: Pair): Callable {
  const isWide = pair.bytes === 16;
  const fn = module.function('insert', { pairs: 'i32', hole: 'i32', key: isWide ? 'i64' : 'i32', position: 'i32' }, 'none');
  const { pairs, hole, key, position } = fn.params;
  fn.block('found', (found) => {
    fn.loop('shift', (again) => {
      fn.branchIf(found, op('i32.eq', hole, pairs));
      const before = fn.let('before', op('i32.sub', hole, pair.bytes));
      fn.branchIf(found, op(isWide ? 'i64.le_u' : 'i32.le_u', pair.key(before), key));
      fn.do(pair.move(hole, before));
      fn.set(hole, before);
      fn.branch(again);
    });
  });
  pair.store(fn, hole, key, position);
  return fn;
}

/** `insertion(pairs, count)`, in place. */
function addInsertion(module: ModuleBuilder, pair: Pair, insert: Callable): FunctionBuilder {
  const fn = module.function('insertion', { pairs: 'i32', count: 'i32' }, 'none');
  const { pairs, count } = fn.params;
  const end = fn.let('end', op('i32.add', pairs, op('i32.mul', count, pair.bytes)));
  fn.for('next', pairs, end, pair.bytes, (next) => {
    fn.do(call(insert, pairs, next, pair.key(next), op('i32.load', at(next, pair.positionAt))));
  });
  return fn;
}

/** `radix(pairs, spare, count, tables)`: sorts, and says in which of the two places the result is. */
function addRadix(module: ModuleBuilder, form: KeyForm, pair: Pair): FunctionBuilder {
  const pass = addPass(module, pair);
  const fn = module.function('radix', { pairs: 'i32', spare: 'i32', count: 'i32', tables: 'i32' }, 'i32');
  const { pairs, spare, count, tables } = fn.params;
  const digits = Array.from({ length: form.digits }, (_, d) => d);
  const tablesEnd = fn.let('tables_end', op('i32.add', tables, TABLE * form.digits));
  fn.for('entry', tables, tablesEnd, 16, (entry) => fn.do(op('v128.store', entry, constant('i32x4', 0, 0, 0, 0))));
  const end = fn.let('end', op('i32.add', pairs, op('i32.mul', count, pair.bytes)));
  fn.for('from', pairs, end, pair.bytes, (from) => {
    for (const d of digits) {
      const entry = fn.let('entry', op('i32.add', tables, op('i32.shl', op('i32.load8_u', at(from, pair.keyAt + d)), 2)));
      fn.do(op('i32.store', at(entry, d * TABLE), op('i32.add', op('i32.load', at(entry, d * TABLE)), 1)));
    }
  });
  for (const d of digits) {
    const now = fn.let('now', call(pass, pairs, spare, count, op('i32.add', tables, d * TABLE), pair.keyAt + d));
    fn.set(spare, op('i32.xor', op('i32.xor', pairs, spare), now));
    fn.set(pairs, now);
  }
  fn.return(pairs);
  return fn;
}

/** `pass(from, to, count, table, digit)`: moves pairs in the order of the byte at `digit`, and says where they are. */
function addPass(module: ModuleBuilder, pair: Pair): FunctionBuilder {
  const fn = module.function('pass', { from: 'i32', to: 'i32', count: 'i32', table: 'i32', digit: 'i32' }, 'i32');
  const { from, to, count, table, digit } = fn.params;
  const entryOf = (p: Local): Value => op('i32.add', table, op('i32.shl', op('i32.load8_u', op('i32.add', p, digit)), 2));
  fn.if(op('i32.eqz', count), () => fn.return(from));
  fn.if(op('i32.eq', op('i32.load', entryOf(from)), count), () => fn.return(from));
  const next = fn.let('next', to);
  const lastEntry = fn.let('lastEntry', op('i32.add', table, TABLE));
  fn.for('entry', table, lastEntry, 4, (entry) => {
    const elements = fn.let('elements', op('i32.load', entry));
    fn.do(op('i32.store', entry, next));
    fn.set(next, op('i32.add', next, op('i32.mul', elements, pair.bytes)));
  });
  const end = fn.let('end', op('i32.add', from, op('i32.mul', count, pair.bytes)));
  fn.for('p', from, end, pair.bytes, (p) => {
    const entry = fn.let('entry', entryOf(p));
    const place = fn.let('place', op('i32.load', entry));
    fn.do(op('i32.store', entry, op('i32.add', place, pair.bytes)));
    fn.do(pair.move(place, p));
  });
  fn.return(to);
  return fn;
}
