/**
 * Sorting as a module: the positions of each row's elements in order, by the digits of their keys.
 *
 *   rows                      a unit is a row, in the thread's own scratch, of which the first positions are asked for
 *   first                     the same for few of them: a list of the least so far is kept while the row goes by
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
import { at, call, constant, ModuleBuilder, op, select, type FunctionBuilder, type Operand } from '../wasm/builder.js';
import type { Local, MemoryImport, Value } from '../wasm/index.js';
import type { KeyForm } from './keys.js';
import { addSorter, pairBytes, tableBytes } from './radix.js';

/** The phases, in the order in which the module exports them. */
export type SortPhase = 'rows' | 'first' | 'measure' | 'split' | 'parts';

/** Where arguments lie: `x` and `out` are pointers, and so is `room`, which the phases of one sort share. */
const Argument = { X: 0, Out: 8, Room: 16, Size: 24, Inner: 32, Count: 40 } as const;

/** Parts that a long row is cut into, and pieces in which it is read. */
export const PARTS = 4;
/** Keys that are looked at to cut a row evenly. */
const SAMPLES = 128;
/** Row lengths up to which insertion is quicker than counting digits. */
const SHORT = 64;
/** Between parts. */
const CUTS = Array.from({ length: PARTS - 1 }, (_, i) => i + 1);

/** Bytes of a thread's scratch: the tables of all digits, then pairs of a row, twice. */
export const scratchBytes = (form: KeyForm, rowSize: number): number => tableBytes(form) + 2 * pairBytes(form) * rowSize;

/** Bytes that a row which is cut needs in common: counts and samples, then its pairs, twice. */
export const roomBytes = (form: KeyForm, size: number): number => pairsAt(form) + 2 * pairBytes(form) * size;

/** In the room: how many elements of each piece go to each part or to one behind it, then each piece's copy of the samples, then pairs. */
const SAMPLES_AT = 4 * PARTS * PARTS;
const pairsAt = (form: KeyForm): number => SAMPLES_AT + PARTS * SAMPLES * pairBytes(form);

type Phase = FunctionBuilder<{ args: 'i32'; start: 'i32'; end: 'i32'; scratch: 'i32' }>;

export function sortModule(memory: MemoryImport, form: KeyForm): ModuleBuilder {
  const module = new ModuleBuilder();
  module.importMemory(memory);
  const { pair, fill, insert, insertion, radix, write } = addSorter(module, form);
  const phase = (name: SortPhase, each: (fn: Phase, unit: Local) => void): void => {
    const fn = module.exportFunction(name, { args: 'i32', start: 'i32', end: 'i32', scratch: 'i32' }, 'none');
    fn.for('unit', fn.params.start, fn.params.end, 1, (unit) => each(fn, unit));
  };
  const argument = (fn: Phase, name: keyof typeof Argument): Local => fn.let(name.toLowerCase(), op('i32.load', at(fn.params.args, Argument[name])));

  // ── rows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Where a row's first of `size` elements is among all. */
  const firstOf = (row: Local, size: Local, inner: Local): Value => {
    const outer = op('i32.mul', op('i32.div_u', row, inner), op('i32.mul', size, inner));
    return op('i32.add', outer, op('i32.rem_u', row, inner));
  };
  const writeRow = (fn: Phase, row: Local, pairs: Local): void => {
    const [out, inner, count] = [argument(fn, 'Out'), argument(fn, 'Inner'), argument(fn, 'Count')];
    fn.do(call(write, pairs, count, op('i32.add', out, op('i32.shl', firstOf(row, count, inner), 2)), op('i32.shl', inner, 2)));
  };

  phase('rows', (fn, row) => {
    const [x, size, inner] = [argument(fn, 'X'), argument(fn, 'Size'), argument(fn, 'Inner')];
    const { scratch } = fn.params;
    const pairs = fn.let('pairs', op('i32.add', scratch, tableBytes(form)));
    const spare = fn.let('spare', op('i32.add', pairs, op('i32.mul', size, pair.bytes)));
    const from = op('i32.add', x, op('i32.mul', firstOf(row, size, inner), form.elementBytes));
    fn.do(call(fill, from, op('i32.mul', inner, form.elementBytes), 0, size, pairs));
    fn.if(
      op('i32.le_u', size, SHORT),
      () => fn.do(call(insertion, pairs, size)),
      () => fn.set(pairs, call(radix, pairs, spare, size, scratch)),
    );
    writeRow(fn, row, pairs);
  });

  phase('first', (fn, row) => {
    const [x, size, inner, count] = [argument(fn, 'X'), argument(fn, 'Size'), argument(fn, 'Inner'), argument(fn, 'Count')];
    const { scratch } = fn.params;
    const step = fn.let('step', op('i32.mul', inner, form.elementBytes));
    const from = fn.let('from', op('i32.add', x, op('i32.mul', firstOf(row, size, inner), form.elementBytes)));
    const last = fn.let('last', op('i32.add', scratch, op('i32.mul', op('i32.sub', count, 1), pair.bytes)));
    // The place behind the list, or that of its last pair once it is full.
    const end = fn.let('end', scratch);
    const most = fn.let('most', constant(form.isWide ? 'i64' : 'i32', form.isWide ? 0n : 0));
    fn.for('position', 0, size, 1, (position) => {
      const word = fn.let('word', op(form.load, from));
      const key = fn.let('key', form.key(fn, word));
      fn.set(from, op('i32.add', from, step));
      fn.if(op('i32.or', op(form.isWide ? 'i64.lt_u' : 'i32.lt_u', key, most), op('i32.lt_u', position, count)), () => {
        fn.do(call(insert, scratch, end, key, position));
        fn.set(end, select(op('i32.add', end, pair.bytes), end, op('i32.lt_u', end, last)));
        fn.set(most, pair.key(last));
      });
    });
    writeRow(fn, row, scratch);
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
