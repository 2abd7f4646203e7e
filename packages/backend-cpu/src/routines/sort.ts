/**
 * Sorting as a module: the positions of each row's elements in order, by the digits of their keys.
 *
 * A key and its position lie side by side, as a pair, and move together from the least significant digit on, so a pass
 * reads memory in order and writes 256 runs. All digits are counted in one reading; one that all keys share moves nothing.
 *
 *   rows                      a unit is a row, in the thread's own scratch
 *   measure, split, parts     one long row, cut by keys into parts that threads sort apart: `measure` chooses the keys at
 *                             which it is cut and counts each piece's share of the parts, `split` moves pairs there, in
 *                             their order, and each part is sorted where it ends up
 *
 * Arguments are pointers and sizes, 8 bytes each, so one module sorts rows of all shapes of a dtype.
 *
 * Invariant: equal keys keep their order, which leaves one answer: that of the routine, for any number of threads.
 *
 * Reference: Knuth, The Art of Computer Programming, volume 3, 5.2.5; Blelloch et al., A comparison of sorting algorithms
 * for the Connection Machine CM-2 (1991), for the cut by samples.
 */
import { at, call, constant, ModuleBuilder, op, type FunctionBuilder, type Local, type MemoryImport, type Operand, type Value } from '../wasm/index.js';
import type { KeyForm } from './keys.js';

/** The phases, in the order in which the module exports them. */
export type SortPhase = 'rows' | 'measure' | 'split' | 'parts';

/** Where arguments lie: `x` and `out` are pointers, and so is `room`, which the phases of one sort share. */
const Argument = { X: 0, Out: 8, Room: 16, Size: 24, Inner: 32 } as const;

/** Parts that a long row is cut into, and pieces in which it is read. */
export const PARTS = 4;
/** Keys that are looked at to cut a row evenly. */
const SAMPLES = 128;
/** Row lengths up to which insertion is quicker than counting digits. */
const SHORT = 64;
/** Between parts. */
const CUTS = Array.from({ length: PARTS - 1 }, (_, i) => i + 1);
const DIGITS = 256;
/** Bytes of a table: one word for each digit. */
const TABLE = 4 * DIGITS;

export const pairBytes = ({ isWide }: KeyForm): number => (isWide ? 16 : 8);

/** Bytes of a thread's scratch: the tables of all digits, then pairs of a row, twice. */
export const scratchBytes = (form: KeyForm, rowSize: number): number => TABLE * form.digits + 2 * pairBytes(form) * rowSize;

/** Bytes that a row which is cut needs in common: counts and samples, then its pairs, twice. */
export const roomBytes = (form: KeyForm, size: number): number => pairsAt(form) + 2 * pairBytes(form) * size;

/** In the room: how many elements of each piece go to each part or to one behind it, then each piece's copy of the samples, then pairs. */
const SAMPLES_AT = 4 * PARTS * PARTS;
const pairsAt = (form: KeyForm): number => SAMPLES_AT + PARTS * SAMPLES * pairBytes(form);

type Phase = FunctionBuilder<{ args: 'i32'; start: 'i32'; end: 'i32'; scratch: 'i32' }>;

export function sortModule(memory: MemoryImport, form: KeyForm): ModuleBuilder {
  const module = new ModuleBuilder();
  module.importMemory(memory);
  const pair = pairOf(form);
  const fill = addFill(module, form, pair);
  const insertion = addInsertion(module, pair);
  const radix = addRadix(module, form, pair);
  const write = addWrite(module, pair);
  const phase = (name: SortPhase, each: (fn: Phase, unit: Local) => void): void => {
    const fn = module.exportFunction(name, { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' }, 'none');
    fn.for('unit', fn.params.start, fn.params.end, 1, (unit) => each(fn, unit));
  };
  const argument = (fn: Phase, name: keyof typeof Argument): Local => fn.let(name.toLowerCase(), op('i32.load', at(fn.params.args, Argument[name])));
  const tables = TABLE * form.digits;

  // ── rows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  phase('rows', (fn, row) => {
    const [x, out, size, inner] = [argument(fn, 'X'), argument(fn, 'Out'), argument(fn, 'Size'), argument(fn, 'Inner')];
    const { scratch } = fn.params;
    const outer = op('i32.mul', op('i32.div_u', row, inner), op('i32.mul', size, inner));
    const first = fn.let('first', op('i32.add', outer, op('i32.rem_u', row, inner)));
    const pairs = fn.let('pairs', op('i32.add', scratch, tables));
    const spare = fn.let('spare', op('i32.add', pairs, op('i32.mul', size, pair.bytes)));
    const from = op('i32.add', x, op('i32.mul', first, form.elementBytes));
    fn.do(call(fill, from, op('i32.mul', inner, form.elementBytes), 0, size, pairs));
    fn.if(
      op('i32.le_u', size, SHORT),
      () => fn.do(call(insertion, pairs, size)),
      () => fn.set(pairs, call(radix, pairs, spare, size, scratch)),
    );
    fn.do(call(write, pairs, size, op('i32.add', out, op('i32.shl', first, 2)), op('i32.shl', inner, 2)));
  });

  // ── one row in parts ───────────────────────────────────────────────────────────────────────────────────────────────

  /** Where a piece begins; a multiple of the pieces' length, or the end. */
  const pieceStart = (fn: Phase, size: Local, piece: Operand): Local => {
    const whole = fn.let('whole', op('i32.mul', op('i32.div_u', op('i32.add', size, PARTS - 1), PARTS), piece));
    fn.if(op('i32.gt_u', whole, size), () => fn.set(whole, size));
    return whole;
  };

  /** Calls `visit` with the key and the position of each element of a piece, and for each cut whether the key lies behind it. */
  const eachElement = (fn: Phase, piece: Local, visit: (key: Local, position: Local, isBehind: readonly Value[]) => void): void => {
    const [x, room, size] = [argument(fn, 'X'), argument(fn, 'Room'), argument(fn, 'Size')];
    const samples = fn.let('samples', op('i32.add', room, op('i32.mul', piece, SAMPLES * pair.bytes)));
    const cuts = CUTS.map((c) => fn.let('cut', pair.key(samples, SAMPLES_AT + ((c * SAMPLES) / PARTS) * pair.bytes)));
    const end = pieceStart(fn, size, op('i32.add', piece, 1));
    fn.for('position', pieceStart(fn, size, piece), end, 1, (position) => {
      const word = fn.let('word', op(form.load, op('i32.add', x, op('i32.mul', position, form.elementBytes))));
      const key = fn.let('key', form.key(fn, word));
      visit(key, position, cuts.map((cut) => op(form.isWide ? 'i64.ge_u' : 'i32.ge_u', key, cut)));
    });
  };

  phase('measure', (fn, piece) => {
    const [x, room, size] = [argument(fn, 'X'), argument(fn, 'Room'), argument(fn, 'Size')];
    const samples = fn.let('samples', op('i32.add', op('i32.add', room, op('i32.mul', piece, SAMPLES * pair.bytes)), SAMPLES_AT));
    const step = fn.let('step', op('i32.mul', op('i32.div_u', size, SAMPLES), form.elementBytes));
    fn.do(call(fill, x, step, 0, SAMPLES, samples));
    fn.do(call(insertion, samples, SAMPLES));
    const behind = CUTS.map(() => fn.let('behind', constant('i32', 0)));
    eachElement(fn, piece, (_key, _position, isBehind) => behind.forEach((count, c) => fn.set(count, op('i32.add', count, isBehind[c]))));
    const counts = fn.let('counts', op('i32.add', room, op('i32.mul', piece, 4 * PARTS)));
    const all = op('i32.sub', pieceStart(fn, size, op('i32.add', piece, 1)), pieceStart(fn, size, piece));
    [all, ...behind].forEach((count, c) => fn.do(op('i32.store', at(counts, 4 * c), count)));
  });

  /** Elements of a piece that go to a part. */
  const countOf = (room: Local, piece: number, part: number): Value => {
    const from = (p: number): Value => op('i32.load', at(room, 4 * (piece * PARTS + p)));
    return part + 1 === PARTS ? from(part) : op('i32.sub', from(part), from(part + 1));
  };

  phase('split', (fn, piece) => {
    const { scratch } = fn.params;
    const room = argument(fn, 'Room');
    // The first place of this piece's pairs in each part, in scratch.
    const next = fn.let('next', op('i32.add', room, pairsAt(form)));
    for (let part = 0; part < PARTS; part++) {
      for (let p = 0; p < PARTS; p++) {
        fn.if(op('i32.eq', piece, p), () => fn.do(op('i32.store', at(scratch, 4 * part), next)));
        fn.set(next, op('i32.add', next, op('i32.mul', countOf(room, p, part), pair.bytes)));
      }
    }
    eachElement(fn, piece, (key, position, isBehind) => {
      const part = isBehind.reduce((sum, b) => op('i32.add', sum, b));
      const place = fn.let('place', op('i32.add', scratch, op('i32.shl', part, 2)));
      const to = fn.let('to', op('i32.load', place));
      fn.do(op('i32.store', place, op('i32.add', to, pair.bytes)));
      pair.store(fn, to, key, position);
    });
  });

  phase('parts', (fn, own) => {
    const [out, room, size] = [argument(fn, 'Out'), argument(fn, 'Room'), argument(fn, 'Size')];
    const before = fn.let('before', constant('i32', 0));
    const count = fn.let('count', constant('i32', 0));
    for (let part = 0; part < PARTS; part++) {
      const pieces = Array.from({ length: PARTS }, (_, piece) => countOf(room, piece, part));
      const inPart = fn.let('inPart', pieces.reduce((sum, n) => op('i32.add', sum, n)));
      fn.if(op('i32.gt_u', own, part), () => fn.set(before, op('i32.add', before, inPart)));
      fn.if(op('i32.eq', own, part), () => fn.set(count, inPart));
    }
    const pairs = fn.let('pairs', op('i32.add', op('i32.add', room, op('i32.mul', before, pair.bytes)), pairsAt(form)));
    const spare = op('i32.add', pairs, op('i32.mul', size, pair.bytes));
    const sorted = call(radix, pairs, spare, count, fn.params.scratch);
    fn.do(call(write, sorted, count, op('i32.add', out, op('i32.shl', before, 2)), 4));
  });
  return module;
}

// ── pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Pair {
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

/** `insertion(pairs, count)`, in place. */
function addInsertion(module: ModuleBuilder, pair: Pair): FunctionBuilder {
  const fn = module.function('insertion', { pairs: 'i32', count: 'i32' }, 'none');
  const { pairs, count } = fn.params;
  const end = fn.let('end', op('i32.add', pairs, op('i32.mul', count, pair.bytes)));
  fn.for('next', pairs, end, pair.bytes, (next) => {
    const key = fn.let('key', pair.key(next));
    const position = fn.let('position', op('i32.load', at(next, pair.positionAt)));
    const hole = fn.let('hole', next);
    fn.block('found', (found) => {
      fn.loop('shift', (again) => {
        fn.branchIf(found, op('i32.eq', hole, pairs));
        const before = fn.let('before', op('i32.sub', hole, pair.bytes));
        fn.branchIf(found, op(pair.bytes === 16 ? 'i64.le_u' : 'i32.le_u', pair.key(before), key));
        fn.do(pair.move(hole, before));
        fn.set(hole, before);
        fn.branch(again);
      });
    });
    pair.store(fn, hole, key, position);
  });
  return fn;
}

/** `radix(pairs, spare, count, tables)`: sorts, and says in which of the two places the result is. */
function addRadix(module: ModuleBuilder, form: KeyForm, pair: Pair): FunctionBuilder {
  const pass = addPass(module, pair);
  const fn = module.function('radix', { pairs: 'i32', spare: 'i32', count: 'i32', tables: 'i32' }, 'i32');
  const { pairs, spare, count, tables } = fn.params;
  const digits = Array.from({ length: form.digits }, (_, d) => d);
  fn.do(op('memory.fill', tables, 0, TABLE * form.digits));
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
