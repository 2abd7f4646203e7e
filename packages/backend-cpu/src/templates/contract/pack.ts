/**
 * Packing an operand: a block of its rows, over a block of the sum, into panels in scratch.
 *
 *     panel[k][r]      `width` rows side by side, one step of the sum after the other
 *
 * Rows are taken in groups of four. Along the axis in which the operand's elements are neighbours, groups are vectors:
 * rows are stored as they come, steps are turned by a 4x4 transpose. Whatever the expression is (a transposed matrix, a
 * window with its mask, a product with a scale), it is evaluated here, so contractions need no copies of their operands.
 *
 * Invariant: rows beyond the operand's last hold what is of no use.
 */
import type { Axis, Expr } from '@sconce/core';
import { exprsIn, linearOf, pointsOf } from '@sconce/compiler';
import type { KernelFrame, KernelModule } from '../../code/kernel-module.js';
import { storeElement, storeFour } from '../../code/memory.js';
import { axisAt, placeAt, type AxisValues, type Place } from '../../code/place.js';
import { comment, loop, when, type Statement } from '../../code/statement.js';
import type { Term, Terms } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import { assemble, choose, eachLane, LANES, transpose, type Parts } from '../../code/vector.js';
import { PAGE } from '../../memory/heap.js';
import type { Callable } from '../../wasm/index.js';
import { digits, withAxis } from '../axes.js';
import { depthLoops, depthRange, type LoopBody } from './depth-loops.js';
import { PANEL, panelBytes, panelOf, type PanelShape } from './panels.js';
import type { ContractPlan, Operand } from './plan.js';

/** Arguments of a pack function after `args` and `scratch`. */
const PARAMETERS = ['to', 'row', 'groups', 'batch', 'first', 'last'] as const;
type Given = Readonly<Record<(typeof PARAMETERS)[number], Term>>;

/**
 * Adds a function that packs `groups` groups of rows, starting with `row`, into panels at `to`:
 * the steps of the sum from `first` up to `last`.
 */
export function addPack(module: KernelModule, plan: ContractPlan, operand: Operand, name: string): Callable {
  return module.helper(name, PARAMETERS, (frame, given) => new Packer(frame, plan, operand, given).write());
}

class Packer {
  private readonly t: Terms;
  private readonly panel: PanelShape;
  /** Bytes from one step of the sum to the next. */
  private readonly pitch: number;

  constructor(
    private readonly frame: KernelFrame,
    private readonly plan: ContractPlan,
    private readonly operand: Operand,
    private readonly given: Given,
  ) {
    this.t = frame.terms;
    this.panel = panelOf(plan, operand);
    this.pitch = this.panel.width * plan.bytes;
  }

  write(): Statement[] {
    const { t, operand, given } = this;
    const { rows, along } = operand;
    const head = comment(`${operand.k.length} axes of the sum, ${along} are neighbours`);
    const g = t.variable('group', 'i32');
    if (rows.length > 1 || along === 'depth' || this.panel.group < LANES) return [head, loop(g, t.i32(0), given.groups, 1, this.group(g))];
    const { panels, statements } = this.sheet();
    return [head, ...statements, loop(g, t.scale(panels, this.perPanel()), given.groups, 1, this.group(g))];
  }

  /** One group of four rows; an edge of the innermost of several axes may cut it. */
  private group(g: Term): Statement[] {
    const { t, plan, given } = this;
    const { expr, rows, along } = this.operand;
    const perPanel = this.perPanel();
    const within = t.scale(t.rem(g, perPanel), LANES * plan.bytes);
    const panel = t.div(g, perPanel);
    const to = t.add(t.add(given.to, t.mul(panel, this.panelBytes())), within);
    const first = t.add(given.row, t.scale(g, this.panel.group));
    if (along === 'depth') return this.turned(to, this.lanes(first));
    const inner = rows[rows.length - 1];
    const values = digits(t, rows, first);
    const whole = this.neighbours(to, values);
    if (this.isUncut(inner)) return whole;
    const isWhole = t.less(t.add(axisAt(values, inner.id).term, LANES - 1), inner.extent);
    const cut = inner.extent >= LANES && isDense(expr, inner) ? this.bridged(to, values, first) : this.singly(to, first);
    return [when(isWhole, whole, cut)];
  }

  /** Whether no group crosses a line of this axis: they begin every three rows where the tile has three. */
  private isUncut({ extent }: Axis): boolean {
    return extent % LANES === 0 && this.panel.group === LANES;
  }

  private panelBytes(): Term {
    const { t, given, plan, panel } = this;
    return panelBytes(t, plan, panel.width, t.sub(given.last, given.first));
  }

  /** Groups of a panel. */
  private perPanel(): number {
    return Math.ceil(this.panel.width / LANES);
  }

  /** Whole panels of rows that are neighbours, step by step, so that memory is read in the order in which it lies. */
  private sheet(): { panels: Term; statements: Statement[] } {
    const { t, plan, given } = this;
    const [axis] = this.operand.rows;
    const left = t.div(t.sub(t.i32(axis.extent), given.row), LANES);
    const whole = t.least(given.groups, left);
    const panels = t.div(whole, this.perPanel());
    const statements = this.depthLoops(given.to, (values, at) => {
      const i = t.variable('panel', 'i32');
      const base = t.add(at, t.mul(i, this.panelBytes()));
      const row = t.add(given.row, t.scale(i, this.panel.width));
      const stores = Array.from({ length: this.perPanel() }, (_, g) => {
        const value = this.valueAt(withAxis(values, axis, row, g * LANES), axis.id).vector(this.operand.expr);
        return storeFour(t, plan.dtype, { base, offset: g * LANES * plan.bytes }, value, PANEL);
      });
      return [loop(i, t.i32(0), panels, 1, stores.flat())];
    });
    return { panels, statements };
  }

  private place(values: AxisValues, vector: number | null): Place {
    const { t, plan, given } = this;
    const axes = new Map([...digits(t, plan.batch, given.batch), ...depthRange(t, plan, this.operand, given).fixed, ...values]);
    return placeAt(axes, vector);
  }

  private depthLoops(to: Term, ...bodies: [LoopBody, LoopBody?]): Statement[] {
    return depthLoops(this.t, this.plan, this.operand, this.given, this.pitch, to, ...bodies);
  }

  private storeAt(value: Parts, to: Term, step: number): Statement[] {
    return storeFour(this.t, this.plan.dtype, { base: to, offset: step * this.pitch }, value, PANEL);
  }

  private valueAt(values: AxisValues, vector: number | null): Translator {
    return new Translator(this.frame, this.place(values, vector));
  }

  // ── a group whose steps are neighbours: four rows are read along the sum, and turned ────────────────────────────────

  /** Where each of four rows is; rows beyond the last are the last. */
  private lanes(first: Term): AxisValues[] {
    const { t } = this;
    const { rows } = this.operand;
    const inner = rows[rows.length - 1];
    const last = pointsOf(rows) - 1;
    return eachLane((lane) => {
      if (this.isUncut(inner)) {
        const values = digits(t, rows, first);
        return values.set(inner.id, { term: axisAt(values, inner.id).term, plus: lane });
      }
      const row = t.add(first, lane);
      return digits(t, rows, t.least(row, last));
    });
  }

  private turned(to: Term, lanes: readonly AxisValues[]): Statement[] {
    const { t, plan } = this;
    const { expr, k } = this.operand;
    const one = (values: AxisValues, at: Term): Statement[] => {
      const scalars = lanes.map((rows) => this.valueAt(new Map([...rows, ...values]), null).scalar(expr));
      return this.storeAt(assemble(t, scalars, plan.dtype), at, 0);
    };
    const four = (values: AxisValues, at: Term): Statement[] => {
      const vectors = lanes.map((rows) => this.valueAt(new Map([...rows, ...values]), k[k.length - 1].id).vector(expr));
      return transpose(t, vectors).flatMap((v, step) => this.storeAt(v, at, step));
    };
    return this.depthLoops(to, one, four);
  }

  // ── a group whose rows are neighbours ──────────────────────────────────────────────────────────────────────────────

  private neighbours(to: Term, rows: AxisValues): Statement[] {
    const { expr, rows: axes } = this.operand;
    const lanes = axes[axes.length - 1].id;
    return this.depthLoops(to, (values, at) => this.storeAt(this.valueAt(new Map([...rows, ...values]), lanes).vector(expr), at, 0));
  }

  /** A group that begins in one line of its innermost axis and ends in the next: lanes of both, each read as if it went on. */
  private bridged(to: Term, rows: AxisValues, first: Term): Statement[] {
    const { t } = this;
    const { expr, rows: axes } = this.operand;
    const inner = axes[axes.length - 1];
    const start = axisAt(rows, inner.id).term;
    const left = t.sub(t.i32(inner.extent), start);
    const next = t.add(first, left);
    const exists = t.less(next, pointsOf(axes));
    const following = digits(t, axes, t.select(next, first, exists)).set(inner.id, { term: t.sub(t.i32(0), left), plus: 0 });
    const mask = t.op('i32x4.gt_s', t.op('i32x4.splat', left), t.constant('i32x4', 0, 1, 2, 3));
    return this.depthLoops(to, (values, at) => {
      const [here, there] = [rows, following].map((r) => this.valueAt(new Map([...r, ...values]), inner.id).vector(expr));
      return this.storeAt(choose(t, mask, here, there), at, 0);
    });
  }

  // ── a group that is cut by an edge ─────────────────────────────────────────────────────────────────────────────────

  private singly(to: Term, first: Term): Statement[] {
    const { t, plan } = this;
    const total = pointsOf(this.operand.rows);
    const lane = t.variable('lane', 'i32');
    const row = t.add(first, lane);
    const exists = t.less(row, total);
    const rows = digits(t, this.operand.rows, t.select(row, t.i32(0), exists));
    const steps = this.depthLoops(t.add(to, t.scale(lane, plan.bytes)), (values, at) => {
      const value = this.valueAt(new Map([...rows, ...values]), null).scalar(this.operand.expr);
      const zero = t.constant(plan.dtype === 'float32' ? 'f32' : 'f64', 0);
      return [storeElement(plan.dtype, { base: at, offset: 0 }, t.select(value, zero, exists), PANEL)];
    });
    return [loop(lane, t.i32(0), t.i32(Math.min(this.panel.width, LANES)), 1, steps)];
  }
}

/** Whether indices are sums over axes, in steps along `axis` so short that four from any element are in the page that may be read. */
const isDense = (expr: Expr, axis: Axis): boolean =>
  exprsIn([expr]).every(
    (x) =>
      x.op !== 'check' &&
      (x.op !== 'load' || [...linearOf(x.args[0]).terms].every(([atom, step]) => atom.op === 'axis' && (atom.axis !== axis || Math.abs(step) * LANES * 8 <= PAGE))),
  );
