/**
 * One sweep: loops over its axes, in which its stages run point by point.
 *
 * Where a lane axis is given, the innermost loop takes four elements at a time, in several accumulators when it is long,
 * and the rest singly. Float32 sums over many elements end a block now and then.
 *
 * Invariant: the order in which elements are combined depends on extents alone.
 */
import type { Axis } from '@sconce/core';
import { pointsOf, type Kernel, type ReduceStage, type Stage } from '@sconce/compiler';
import { Fold, type FoldState, type Precision } from '../../code/fold.js';
import type { PhaseFrame } from '../../code/kernel-module.js';
import type { AxisValues, Place } from '../../code/place.js';
import { comment, loop, set, when, type Statement } from '../../code/statement.js';
import type { Term } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import { LANES, type Parts } from '../../code/vector.js';
import { positionAt, withAxis } from '../axes.js';
import { inOrderStatements } from './in-order.js';
import { FEW_STEPS } from './plan.js';
import type { Cut } from './steps.js';

/** Results of the sweep's reductions, for each place; of a part of a sweep, what they have come to. */
export interface SweepResult {
  readonly statements: Statement[];
  readonly results: ReadonlyMap<number, readonly Parts[]>;
  readonly left: ReadonlyMap<ReduceStage, readonly FoldState[]>;
}

/** A part of a sweep: which one, and how it is cut. */
export interface Piece extends Cut {
  readonly part: Term;
}

/** Accumulators side by side in a long reduction along lanes. */
const ACCUMULATORS = 4;
/** Vectors side by side where there is nothing to accumulate. */
const STORES = 2;
/** Elements that one float32 accumulator takes before its block ends. */
const CHAIN = 32;
/** Elements of all sums of a kernel up to which they are added in float64: it costs next to nothing there. */
const SMALL = 1 << 16;
/** Steps of stages that are written out instead of in a loop; of few ones, those that take no more code than a loop. */
const WRITTEN_OUT = 36;
const LEAST_WRITTEN_OUT = 4;
/** Elements in each accumulator up to which no blocks are needed. */
const SHORT = 64;

export function sweepStatements(frame: PhaseFrame, kernel: Kernel, sweep: { axes: readonly Axis[]; stages: readonly Stage[] }, places: readonly Place[], lanes: Axis | null, piece: Piece | null = null): SweepResult {
  const [first] = sweep.stages;
  if (first.kind === 'scan' || first.kind === 'scatter') {
    return { statements: inOrderStatements(frame, kernel, first, places), results: new Map(), left: new Map() };
  }
  return new SweepWriter(frame, kernel, sweep.axes, sweep.stages, places, lanes, piece).write();
}

class SweepWriter {
  private readonly unroll: number;
  private readonly writtenOut: number;
  private readonly precision: Precision;
  private readonly reduces: readonly ReduceStage[];
  /** Folds of each reduction: for each place, or for each accumulator along the lanes. */
  private readonly folds = new Map<ReduceStage, Fold[]>();
  /** Folds of what is left over along the lanes. */
  private readonly tails = new Map<ReduceStage, Fold>();

  constructor(
    private readonly frame: PhaseFrame,
    private readonly kernel: Kernel,
    private readonly axes: readonly Axis[],
    private readonly stages: readonly Stage[],
    private readonly places: readonly Place[],
    private readonly lanes: Axis | null,
    private readonly piece: Piece | null,
  ) {
    this.reduces = stages.filter((s) => s.kind === 'reduce');
    const n = pointsOf(axes);
    const all = n * pointsOf(kernel.grid);
    const together = all <= FEW_STEPS ? 1 : this.reduces.length === 0 ? STORES : ACCUMULATORS;
    this.unroll = lanes === null || lanes.extent < 2 * together * LANES ? 1 : together;
    this.writtenOut = all <= FEW_STEPS ? LEAST_WRITTEN_OUT : WRITTEN_OUT;
    const chain = lanes === null ? n : n / (LANES * this.unroll);
    const vectors = lanes !== null || places[0].vector !== null;
    this.precision = this.reduces.length === 0 ? 'plain' : all <= SMALL ? 'double' : chain <= SHORT ? 'plain' : vectors ? 'blocked' : 'double';
    for (const s of this.reduces) this.makeFolds(s);
  }

  private makeFolds(s: ReduceStage): void {
    const { terms: t } = this.frame;
    const isSum = s.combine === 'sum' && s.dtype === 'float32';
    const kind = { combine: s.combine, dtype: s.value.dtype, precision: isSum ? this.precision : 'plain' } as const;
    const name = s.combine;
    if (this.lanes === null) {
      this.folds.set(s, this.places.map((p) => new Fold(t, kind, p.vector !== null, name)));
      return;
    }
    this.folds.set(s, Array.from({ length: this.unroll }, () => new Fold(t, kind, true, name)));
    if (this.lanes.extent % LANES !== 0) {
      const precision = kind.precision === 'blocked' ? 'double' : kind.precision;
      this.tails.set(s, new Fold(t, { ...kind, precision }, false, `${name}_rest`));
    }
  }

  write(): SweepResult {
    const results = new Map<number, Parts[]>();
    const left = new Map<ReduceStage, FoldState[]>();
    const statements: Statement[] = [comment(this.describe())];
    for (const s of this.reduces) {
      for (const f of this.folds.get(s)!) statements.push(...f.start());
      statements.push(...(this.tails.get(s)?.start() ?? []));
    }
    statements.push(...this.loops(0, new Map()));
    for (const s of this.reduces) {
      const folds = this.folds.get(s)!;
      const tail = this.tails.get(s) ?? null;
      if (this.piece !== null) {
        left.set(s, this.lanes === null ? folds.map((f) => f.part()) : [folds[0].joinedPart(folds.slice(1), tail)]);
        continue;
      }
      if (this.lanes === null) {
        results.set(s.id, folds.map((f) => f.result()));
        continue;
      }
      const { statements: join, value } = folds[0].joined(folds.slice(1), tail);
      statements.push(...join);
      results.set(s.id, [[value]]);
    }
    return { statements, results, left };
  }

  private describe(): string {
    const loops = this.axes.map((a) => `${a.label}:${a.extent}`).join(' ');
    const what = this.stages.map((s) => (s.kind === 'reduce' ? s.combine : `store ${this.kernel.buffers[s.slot].label}`));
    const part = this.piece === null ? '' : `, one of ${this.piece.parts} parts along ${this.piece.axis.label}`;
    return `${what.join(', ')}${loops === '' ? '' : ` over ${loops}`}${part}`;
  }

  // ── loops ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether blocks end after each step of the axis at this depth: enough elements, and not too many, have come together. */
  private endsBlock(depth: number): boolean {
    const steps = (d: number): number => pointsOf(this.axes.slice(d)) / (this.lanes === null ? 1 : LANES * this.unroll);
    return this.precision === 'blocked' && steps(depth + 1) < CHAIN && steps(depth) >= CHAIN;
  }

  private flush(): Statement[] {
    return this.reduces.flatMap((s) => this.folds.get(s)!.flatMap((f) => f.flush()));
  }

  private loops(depth: number, values: AxisValues): Statement[] {
    const { terms: t } = this.frame;
    const axis = this.axes[depth];
    if (axis === undefined) return this.abreast(this.places.map((p, i) => this.step(extend(p, values, null), i, false)));
    if (axis === this.lanes) return this.laneLoops(depth, axis, values);
    const at = (term: Term, plus: number): Statement[] => this.loops(depth + 1, withAxis(values, axis, term, plus));
    if (this.isShort(depth)) return Array.from({ length: axis.extent }, (_, n) => at(t.i32(0), n)).flat();
    const i = t.variable(axis.label, 'i32');
    return this.inBlocks(depth, i, axis.extent, 1, at(i, 0));
  }

  /** From where to where the loop over an axis goes, of so many steps in groups: all, or its part of them. */
  private bounds(axis: Axis, extent: number, step: number): [Term, Term] {
    const { terms: t } = this.frame;
    if (this.piece?.axis !== axis) return [t.i32(0), t.i32(extent)];
    const size = Math.ceil(extent / this.piece.parts / step) * step;
    const from = t.scale(this.piece.part, size);
    return [from, t.least(t.add(from, size), extent)];
  }

  /** Whether steps are written out from this depth on: windows, mostly. */
  private isShort(depth: number): boolean {
    return this.lanes === null && this.piece === null && pointsOf(this.axes.slice(depth)) * this.places.length * this.stages.length <= this.writtenOut;
  }

  /** A loop over an axis up to `extent`; where blocks end at this depth, in pieces. */
  private inBlocks(depth: number, i: ReturnType<PhaseFrame['terms']['variable']>, extent: number, step: number, body: readonly Statement[]): Statement[] {
    const { terms: t } = this.frame;
    const [first, end] = this.bounds(this.axes[depth], extent, step);
    if (!this.endsBlock(depth)) return [loop(i, first, end, step, body)];
    const inner = pointsOf(this.axes.slice(depth + 1));
    const size = Math.max(1, Math.floor(CHAIN / inner)) * step;
    const from = t.variable('block', 'i32');
    const to = t.least(t.add(from, size), end);
    return [loop(from, first, end, size, [loop(i, from, to, step, body), ...this.flush()])];
  }

  private laneLoops(depth: number, axis: Axis, values: AxisValues): Statement[] {
    const { terms: t } = this.frame;
    const [place] = this.places;
    const statements: Statement[] = [];
    const width = LANES * this.unroll;
    const main = axis.extent - (axis.extent % width);
    const i = t.variable(axis.label, 'i32');
    const body = this.abreast(
      Array.from({ length: this.unroll }, (_, u) =>
        this.step(extend(place, withAxis(values, axis, i, u * LANES), axis.id), u, false),
      ),
    );
    statements.push(...this.inBlocks(depth, i, main, width, body));
    const vectors = axis.extent - (axis.extent % LANES);
    const over: Statement[] = [];
    for (let at = main; at < vectors; at += LANES) {
      over.push(...this.step(extend(place, withAxis(values, axis, t.i32(0), at), axis.id), ((at - main) / LANES) % this.unroll, false));
    }
    if (vectors < axis.extent) {
      const rest = t.variable(axis.label, 'i32');
      const one = extend(place, withAxis(values, axis, rest), null);
      over.push(loop(rest, t.i32(vectors), t.i32(axis.extent), 1, this.step(one, 0, true)));
    }
    return [...statements, ...this.inLastPart(axis, over)];
  }

  /** What is left over along an axis belongs to its last part. */
  private inLastPart(axis: Axis, statements: readonly Statement[]): readonly Statement[] {
    if (this.piece?.axis !== axis || statements.length === 0) return statements;
    return [when(this.frame.terms.op('i32.eq', this.piece.part, this.piece.parts - 1), statements)];
  }

  // ── one step ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Steps side by side: all values before the first store, where no store changes them. A store would hold back the loads
   * after it, and a processor looks only so far ahead: long formulas would run one after the other.
   */
  private abreast(steps: readonly Statement[][]): Statement[] {
    const all = steps.flat();
    const stores = all.filter((s) => s.kind === 'store');
    const isFree = (s: Statement): boolean => s.kind !== 'store' || stores.every(({ writes }) => [...writes].every((w) => !s.value.reads.has(w)));
    if (steps.length === 1 || stores.length < 2 || !all.every(isFree)) return all;
    const values: Statement[] = [];
    const rest = all.map((s): Statement => {
      if (s.kind !== 'store') return s;
      const value = this.frame.terms.variable('value', s.value.type);
      values.push(set(value, s.value));
      return { ...s, value };
    });
    return [...values, ...rest];
  }

  private step(place: Place, index: number, isTail: boolean): Statement[] {
    const { terms: t } = this.frame;
    const translator = new Translator(this.frame, place);
    return this.stages.flatMap((s): Statement[] => {
      if (s.kind === 'store') return translator.store(s.slot, s.index, s.value);
      if (s.kind !== 'reduce') return [];
      const fold = isTail ? this.tails.get(s)! : this.folds.get(s)![index];
      return fold.take(translator.parts(s.value), () => this.position(place, t));
    });
  }

  /** The position within the reduction, in each lane. */
  private position(place: Place, t: PhaseFrame['terms']): Parts {
    const position = positionAt(t, this.axes, place.axes);
    if (place.vector === null) return [position];
    const first = t.op('i32x4.splat', position);
    return [place.vector === this.lanes?.id ? t.op('i32x4.add', first, t.constant('i32x4', 0, 1, 2, 3)) : first];
  }
}

/** The same place further inside; `vector` stays what it was unless the lanes are given here. */
function extend(place: Place, values: AxisValues, vector: number | null): Place {
  return { ...place, axes: new Map([...place.axes, ...values]), vector: vector ?? place.vector };
}
