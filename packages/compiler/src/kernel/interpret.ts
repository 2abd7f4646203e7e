/**
 * The interpreter of kernels: the oracle that backends are tested against, and the backend of last resort where
 * WebAssembly may not be compiled.
 *
 * Invariant: every instruction rounds to its compute type, so it differs from a backend only where that backend's
 * instructions do; sums run in float64.
 */
import {
  applyInstruction,
  BASIC,
  indexError,
  InternalError,
  float16Bits,
  float16Value,
  bfloat16Bits,
  bfloat16Value,
  rowOf,
  type Axis,
  type Combine,
  type ComputeType,
  type Expr,
  type TypedArray,
  type Value,
} from '@sconce/core';
import { identityOf } from './identity.js';
import { positionOfChecked } from '../lower/check-position.js';
import { pointsOf, type Buffer, type Kernel, type Stage } from './ir.js';

type Cells = { [i: number]: number | bigint };
type Thunk = () => Value;

interface Frame {
  readonly axes: Map<number, number>;
  readonly stages: Map<number, Value>;
  readonly buffers: readonly TypedArray[];
  readonly scalars: readonly number[];
  /** Counts the points run through, of the grid and of stages: a value holds for one of them. */
  point: number;
}

/** Runs a kernel on host arrays, one for each global buffer in slot order (null for row buffers). */
export function interpret(kernel: Kernel, arrays: readonly (TypedArray | null)[], scalars: readonly number[]): void {
  const rows = kernel.buffers.map((b, i) => arrays[i] ?? rowArray(b));
  const frame: Frame = { axes: new Map(), stages: new Map(), buffers: rows, scalars, point: 0 };
  const run = kernel.stages.map((s) => stageRunner(s, kernel, frame));
  forEachPoint(kernel.grid, frame, () => run.forEach((r) => r()));
}

const rowArray = (b: Buffer): TypedArray => new (b.storage === 'float64' ? Float64Array : b.storage === 'int64' ? BigInt64Array : b.storage === 'int32' || b.storage === 'bool' ? Int32Array : Float32Array)(b.size);

function forEachPoint(axes: readonly Axis[], frame: Frame, body: () => void): void {
  const n = pointsOf(axes);
  for (let p = 0; p < n; p++) {
    let rest = p;
    for (let d = axes.length - 1; d >= 0; d--) {
      frame.axes.set(axes[d].id, rest % axes[d].extent);
      rest = Math.floor(rest / axes[d].extent);
    }
    frame.point += 1;
    body();
  }
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const decode = (x: number | bigint, storage: Buffer['storage']): Value =>
  storage === 'float16' ? float16Value(Number(x)) : storage === 'bfloat16' ? bfloat16Value(Number(x)) : x;

const encode = (x: Value, storage: Buffer['storage']): Value => {
  if (storage === 'float16') return float16Bits(Number(x));
  if (storage === 'bfloat16') return bfloat16Bits(Number(x));
  return storage === 'int64' ? BigInt(x) : x;
};

/** How to get the value of an expression; what it uses more than once is computed once for each point. */
function thunkOf(root: Expr, frame: Frame): Thunk {
  const uses = new Map<Expr, number>();
  const count = (x: Expr): void => {
    const n = uses.get(x) ?? 0;
    uses.set(x, n + 1);
    if (n === 0) x.args.forEach(count);
  };
  count(root);
  const thunks = new Map<Expr, Thunk>();
  const make = (x: Expr): Thunk => {
    let thunk = thunks.get(x);
    if (thunk === undefined) {
      const args = x.args.map(make);
      thunk = x.args.length > 0 && uses.get(x)! > 1 ? remembered(evaluator(x, args, frame), frame) : evaluator(x, args, frame);
      thunks.set(x, thunk);
    }
    return thunk;
  };
  return make(root);
}

function remembered(compute: Thunk, frame: Frame): Thunk {
  let value: Value = 0;
  let point = -1;
  return () => {
    if (point !== frame.point) [value, point] = [compute(), frame.point];
    return value;
  };
}

function evaluator(x: Expr, args: readonly Thunk[], frame: Frame): Thunk {
  switch (x.op) {
    case 'const':
      return () => x.value;
    case 'axis':
      return () => frame.axes.get(x.axis.id)!;
    case 'scalar':
      return x.dtype === 'int64' ? () => BigInt(frame.scalars[x.slot]) : x.dtype === 'float32' ? () => Math.fround(frame.scalars[x.slot]) : () => frame.scalars[x.slot];
    case 'stage':
      return () => frame.stages.get(x.id)!;
    case 'load': {
      const cells = frame.buffers[x.slot] as unknown as Cells;
      const { length } = frame.buffers[x.slot];
      return () => {
        const i = Number(args[0]());
        if (i < 0 || i >= length) throw new InternalError(`load: index ${i} outside slot ${x.slot} of ${length} elements.`);
        return decode(cells[i], x.storage);
      };
    }
    case 'check':
      return () => {
        const i = Number(args[0]());
        if (i < 0 || i >= x.check.size) throw indexError(x.check, i, checkPosition(x.args[0], frame));
        return i;
      };
    case 'select':
      // Only the chosen side: the other may read outside its buffer.
      return () => (args[0]() ? args[1]() : args[2]());
    case 'reduce':
      throw new InternalError('interpret: a reduction outside a stage.');
    default: {
      const row = rowOf(x)!;
      return () => applyInstruction(row, args.map((a) => a()), x.args[0].dtype, x.dtype);
    }
  }
}

/** Where the offending index stood in its own buffer; −1 when it was computed. */
function checkPosition(x: Expr, frame: Frame): number {
  const position = positionOfChecked(x);
  return position === null ? -1 : Number(thunkOf(position, frame)());
}

// ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const isNaNValue = (x: Value): boolean => x !== x;
const larger = (a: Value, b: Value): Value => (isNaNValue(a) || isNaNValue(b) ? NaN : a > b ? a : b);
const smaller = (a: Value, b: Value): Value => (isNaNValue(a) || isNaNValue(b) ? NaN : a < b ? a : b);

/** How values join, for the combinations that carry one value. */
const JOIN: Record<'sum' | 'prod' | 'max' | 'min', (acc: Value, x: Value) => Value> = {
  sum: (a, b) => (typeof a === 'bigint' ? a + BigInt(b) : a + Number(b)),
  prod: (a, b) => (typeof a === 'bigint' ? a * BigInt(b) : a * Number(b)),
  max: larger,
  min: smaller,
};

const round = (x: Value, dtype: ComputeType): Value => applyInstruction(BASIC.add, [x, dtype === 'int64' ? 0n : 0], dtype, dtype);

/** Whether x takes the place of best: NaN wins, and among equals the first stays. */
const beats = (x: Value, best: Value, largest: boolean): boolean =>
  isNaNValue(best) ? false : isNaNValue(x) || (largest ? x > best : x < best);

function folder(combine: Combine, dtype: ComputeType): { reset(): void; take(x: Value, position: number): void; result(): Value } {
  if (combine === 'argmax' || combine === 'argmin') {
    let best: Value = 0;
    let at = -1;
    return {
      reset: () => void (at = -1),
      take(x, position) {
        if (at < 0 || beats(x, best, combine === 'argmax')) [best, at] = [x, position];
      },
      result: () => Math.max(at, 0),
    };
  }
  const join = JOIN[combine];
  let acc = identityOf(combine, dtype);
  return {
    reset: () => void (acc = identityOf(combine, dtype)),
    take: (x) => void (acc = dtype === 'int32' && combine === 'prod' ? Math.imul(Number(acc), Number(x)) : join(acc, x)),
    result: () => (dtype === 'bool' ? Number(Number(acc) !== 0) : round(acc, dtype)),
  };
}

function stageRunner(stage: Stage, kernel: Kernel, frame: Frame): () => void {
  const value = thunkOf(stage.value, frame);
  if (stage.kind === 'reduce') {
    const fold = folder(stage.combine, stage.value.dtype);
    return () => {
      fold.reset();
      let position = 0;
      forEachPoint(stage.axes, frame, () => fold.take(value(), position++));
      frame.stages.set(stage.id, fold.result());
    };
  }
  const { storage } = kernel.buffers[stage.slot];
  const cells = frame.buffers[stage.slot] as unknown as Cells;
  const { length } = frame.buffers[stage.slot];
  const index = thunkOf(stage.index, frame);
  const put = (i: number, x: Value): void => {
    if (i < 0 || i >= length) throw new InternalError(`store: index ${i} outside slot ${stage.slot} of ${length} elements.`);
    cells[i] = encode(x, storage);
  };
  if (stage.kind === 'scan') {
    const fold = folder(stage.combine, stage.value.dtype);
    return () => {
      fold.reset();
      let position = 0;
      forEachPoint([stage.axis], frame, () => {
        fold.take(value(), position++);
        put(Number(index()), fold.result());
      });
    };
  }
  if (stage.kind === 'store') return () => forEachPoint(stage.axes, frame, () => put(Number(index()), value()));
  const join = stage.combine === 'set' ? (_: Value, x: Value) => x : JOIN[stage.combine];
  return () =>
    forEachPoint(stage.axes, frame, () => {
      const i = Number(index());
      const x = value();
      put(i, stage.combine === 'set' ? x : round(join(decode(cells[i], storage), x), stage.value.dtype));
    });
}
