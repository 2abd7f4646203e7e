/**
 * Packing an operand: a block of its rows, over a block of the sum, into panels in scratch.
 *
 *     panel[k][r]      `width` rows side by side, one step of the sum after the other
 *
 * Rows are taken in groups of four. Along the axis in which the operand's elements are neighbours, groups are vectors:
 * rows are stored as they come, steps are turned by a 4x4 transpose. Whatever the expression is (a transposed matrix, a
 * window with its mask, a product with a scale), it is evaluated here, so contractions need no copies of their operands.
 *
 * Invariant: rows beyond the operand's last are 0 within their group.
 */
import type { Axis, Expr } from '@sconce/core';
import { pointsOf } from '@sconce/compiler';
import type { KernelFrame, KernelModule } from '../../code/kernel-module.js';
import { storeElement, storeFour } from '../../code/memory.js';
import { comment, loop, when, type Statement } from '../../code/statement.js';
import type { Memory, Term, Terms } from '../../code/term.js';
import { Translator, type AxisValue, type Place } from '../../code/translate.js';
import { LANES, transpose, type Parts } from '../../code/vector.js';
import type { Callable } from '../../wasm/index.js';
import { strideOf } from '../../passes/vector-axis.js';
import { digits } from '../digits.js';
import type { ContractPlan, Operand } from './plan.js';

export const PANEL: Memory = { kind: 'memory', name: 'panel' };

/** Arguments of a pack function after `args` and `scratch`. */
const PARAMETERS = ['to', 'row', 'groups', 'batch', 'first', 'last'] as const;
type Given = Readonly<Record<(typeof PARAMETERS)[number], Term>>;

/**
 * Adds a function that packs `groups` groups of four rows, starting with `row`, into panels of `width` rows at `to`:
 * the steps of the sum from `first` up to `last`.
 */
export function addPack(module: KernelModule, plan: ContractPlan, operand: Operand, name: string, width: number): Callable {
  return module.helper(name, PARAMETERS, (frame, given) => new Packer(frame, plan, operand, given, width).write());
}

class Packer {
  private readonly t: Terms;
  /** Bytes from one step of the sum to the next. */
  private readonly pitch: number;

  constructor(
    private readonly frame: KernelFrame,
    private readonly plan: ContractPlan,
    private readonly operand: Operand,
    private readonly given: Given,
    private readonly width: number,
  ) {
    this.t = frame.terms;
    this.pitch = width * plan.bytes;
  }

  write(): Statement[] {
    const { t, operand, given } = this;
    const { rows, along } = operand;
    const head = comment(`${operand.k.length} axes of the sum, ${along} are neighbours`);
    const g = t.variable('group', 'i32');
    if (rows.length > 1 || along === 'depth') return [head, loop(g, t.i32(0), given.groups, 1, this.group(g))];
    const { panels, statements } = this.sheet();
    return [head, ...statements, loop(g, t.scale(panels, this.width / LANES), given.groups, 1, this.group(g))];
  }

  /** One group: as vectors, or singly where an edge cuts it. */
  private group(g: Term): Statement[] {
    const { t, plan, given } = this;
    const { rows } = this.operand;
    const perPanel = this.width / LANES;
    const within = perPanel === 1 ? t.i32(0) : t.scale(t.op('i32.rem_u', g, perPanel), LANES * plan.bytes);
    const panel = perPanel === 1 ? g : t.op('i32.div_u', g, perPanel);
    const to = t.add(t.add(given.to, t.op('i32.mul', panel, this.panelBytes())), within);
    const first = t.add(given.row, t.scale(g, LANES));
    const inner = rows[rows.length - 1];
    const values = digits(t, rows, first);
    const start = values.get(inner.id)!.term;
    const neighbours = this.neighbours(to, values, inner);
    if (inner.extent % LANES === 0) return neighbours;
    return [when(t.op('i32.lt_u', t.add(start, LANES - 1), inner.extent), neighbours, this.singly(to, first, pointsOf(rows)))];
  }

  private panelBytes(): Term {
    const { t, given } = this;
    return t.scale(t.op('i32.sub', given.last, given.first), this.pitch);
  }

  /** Whole panels of rows that are neighbours, step by step, so that memory is read in the order in which it lies. */
  private sheet(): { panels: Term; statements: Statement[] } {
    const { t, plan, given } = this;
    const [axis] = this.operand.rows;
    const left = t.op('i32.div_u', t.op('i32.sub', t.i32(axis.extent), given.row), LANES);
    const whole = t.select(given.groups, left, t.op('i32.lt_u', given.groups, left));
    const panels = t.op('i32.div_u', whole, this.width / LANES);
    const statements = this.depthLoops(given.to, (values, at) => {
      const i = t.variable('panel', 'i32');
      const base = t.add(at, t.op('i32.mul', i, this.panelBytes()));
      const row = t.add(given.row, t.scale(i, this.width));
      const stores = Array.from({ length: this.width / LANES }, (_, g) => {
        const here = new Map([...values, [axis.id, { term: row, plus: g * LANES }]]);
        const value = new Translator(this.frame, this.place(here, axis.id)).vector(this.operand.expr);
        return storeFour(t, plan.dtype, { base, offset: g * LANES * plan.bytes }, value, PANEL);
      });
      return [loop(i, t.i32(0), panels, 1, stores.flat())];
    });
    return { panels, statements };
  }

  // ── the sum's axes ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The axes that a block runs along, where it starts on the first of them and ends, and the axes that it fixes. */
  private depthRange(): { axes: readonly Axis[]; from: Term; end: Term; fixed: ReadonlyMap<number, AxisValue> } {
    const { t, plan, given, operand } = this;
    if (operand.k.length === 1) return { axes: operand.k, from: given.first, end: given.last, fixed: new Map() };
    const axes = plan.k.slice(plan.depth.axis);
    const whole = { axes, from: t.i32(0), end: t.i32(axes[0].extent), fixed: new Map<number, AxisValue>() };
    if (plan.depth.count === 1) return whole;
    const inner = pointsOf(axes.slice(1));
    const position = t.op('i32.div_u', given.first, inner);
    const from = plan.depth.axis === 0 ? position : t.op('i32.rem_u', position, axes[0].extent);
    const length = t.op('i32.div_u', t.op('i32.sub', given.last, given.first), inner);
    const outer = t.op('i32.div_u', position, axes[0].extent);
    return { axes, from, end: t.add(from, length), fixed: digits(t, plan.k.slice(0, plan.depth.axis), outer) };
  }

  private place(values: ReadonlyMap<number, AxisValue>, vector: number | null): Place {
    const { t, plan, given } = this;
    const axes = new Map([...digits(t, plan.batch, given.batch), ...this.depthRange().fixed, ...values]);
    return { axes, vector, stages: new Map(), rowLanes: 1 };
  }

  /**
   * Loops over the block of the sum. `body` gets the axes and where the step lies in the panel at `to`; `turned`, where it
   * is given, takes four steps of the last axis at a time.
   *
   * Conditions are computed seldom: of the axes that they depend on, short ones are unrolled innermost, so that their
   * conditions leave the other loops, and long ones go outermost.
   */
  private depthLoops(to: Term, body: (values: ReadonlyMap<number, AxisValue>, at: Term) => Statement[], turned?: typeof body): Statement[] {
    const { t } = this;
    const { axes, from, end } = this.depthRange();
    const bounds = axes.map((a, i) => (i === 0 ? { from, end } : { from: t.i32(0), end: t.i32(a.extent) }));
    const strides = axes.map((_, i) => pointsOf(axes.slice(i + 1)) * this.pitch);
    const { order, unrolled } = turned === undefined ? orderOf(this.operand.expr, axes) : { order: [...axes.keys()], unrolled: 0 };
    const looped = order.length - unrolled;
    const go = (depth: number, values: ReadonlyMap<number, AxisValue>, at: Term): Statement[] => {
      if (depth === order.length) return body(values, at);
      const i = order[depth];
      const { id, extent, label } = axes[i];
      if (depth >= looped) {
        return Array.from({ length: extent }, (_, n) =>
          go(depth + 1, new Map([...values, [id, { term: t.i32(0), plus: n }]]), t.add(at, n * strides[i])),
        ).flat();
      }
      const run = (first: Term, last: Term, width: number): Statement => {
        const v = t.variable(label, 'i32');
        const here = new Map([...values, [id, { term: v, plus: 0 }]]);
        const step = t.add(at, t.scale(t.op('i32.sub', v, bounds[i].from), strides[i]));
        return loop(v, first, last, width, width > 1 ? turned!(here, step) : go(depth + 1, here, step));
      };
      const { from: first, end: last } = bounds[i];
      if (depth < order.length - 1 || turned === undefined) return [run(first, last, 1)];
      const whole = t.add(first, t.op('i32.and', t.op('i32.sub', last, first), -LANES));
      return [run(first, whole, LANES), run(whole, last, 1)];
    };
    return go(0, new Map(), to);
  }

  private storeAt(value: Parts, to: Term, step: number): Statement[] {
    return storeFour(this.t, this.plan.dtype, { base: to, offset: step * this.pitch }, value, PANEL);
  }

  // ── a group whose rows follow each other along their innermost axis ─────────────────────────────────────────────────

  private neighbours(to: Term, rows: ReadonlyMap<number, AxisValue>, inner: Axis): Statement[] {
    const { t } = this;
    const { expr, along, k } = this.operand;
    const one = (values: ReadonlyMap<number, AxisValue>, at: Term): Statement[] =>
      this.storeAt(new Translator(this.frame, this.place(new Map([...rows, ...values]), inner.id)).vector(expr), at, 0);
    const turned = (values: ReadonlyMap<number, AxisValue>, at: Term): Statement[] => {
      const { term, plus } = rows.get(inner.id)!;
      const vectors = Array.from({ length: LANES }, (_, lane) => {
        const here = new Map([...rows, ...values, [inner.id, { term, plus: plus + lane }]]);
        return new Translator(this.frame, this.place(here, k[k.length - 1].id)).vector(expr);
      });
      return transpose(t, vectors).flatMap((v, step) => this.storeAt(v, at, step));
    };
    return this.depthLoops(to, one, along === 'depth' ? turned : undefined);
  }

  // ── a group that is cut by an edge ─────────────────────────────────────────────────────────────────────────────────

  private singly(to: Term, first: Term, total: number): Statement[] {
    const { t, plan } = this;
    const lane = t.variable('lane', 'i32');
    const row = t.add(first, lane);
    const exists = t.op('i32.lt_u', row, total);
    const rows = digits(t, this.operand.rows, t.select(row, t.i32(0), exists));
    const steps = this.depthLoops(t.add(to, t.scale(lane, plan.bytes)), (values, at) => {
      const value = new Translator(this.frame, this.place(new Map([...rows, ...values]), null)).scalar(this.operand.expr);
      const zero = t.constant(plan.dtype === 'float32' ? 'f32' : 'f64', 0);
      return [storeElement(plan.dtype, { base: at, offset: 0 }, t.select(value, zero, exists), PANEL)];
    });
    return [loop(lane, t.i32(0), t.i32(LANES), 1, steps)];
  }
}

/** Steps that are unrolled at most. */
const UNROLLED = 9;

/** The order of the loops over these axes, outermost first, and how many of the last are unrolled. The first axis may be cut. */
function orderOf(expr: Expr, axes: readonly Axis[]): { order: number[]; unrolled: number } {
  const conditional = axes.map((a) => isInCondition(expr, a));
  let first = axes.length;
  while (first > 1 && conditional[first - 1] && pointsOf(axes.slice(first - 1)) <= UNROLLED) first -= 1;
  const looped = [...axes.keys()].slice(0, first);
  const order = [...looped.filter((i) => conditional[i]), ...looped.filter((i) => !conditional[i])];
  return { order: [...order, ...[...axes.keys()].slice(first)], unrolled: axes.length - first };
}

/** Whether an axis occurs elsewhere than in addresses. */
function isInCondition(x: Expr, axis: Axis): boolean {
  if (x.op === 'load') return strideOf(x.args[0], axis) === null;
  return (x.op === 'axis' && x.axis === axis) || x.args.some((a) => isInCondition(a, axis));
}
