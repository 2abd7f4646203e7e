/**
 * The nest template, which prints any kernel: loops over the grid, and at each point the sweeps in order.
 *
 *     for each unit                        a grid point, or a block of the inner axis
 *       for each column of lanes           four grid points, or one
 *         for each sweep                   stages over common axes, in one loop
 *           for each step                  four elements, or one
 *
 * Where points are few and sweeps long, sweeps are phases of their own, and units parts of them (`steps.ts`).
 *
 * Invariant: units are independent, and what a unit computes does not depend on how units are shared among threads.
 *
 * Reference: Allen and Kennedy, Optimizing Compilers for Modern Architectures (2001).
 */
import { pointsOf, stageAxes, type Kernel, type Nest, type Stage } from '@sconce/compiler';
import { KernelModule, type BuildOptions, type CheckRegistry, type CompiledKernel, type PhaseFrame } from '../../code/kernel-module.js';
import type { AxisValues, Place } from '../../code/place.js';
import { comment, loop, when, type Statement } from '../../code/statement.js';
import type { Term, Variable } from '../../code/term.js';
import { Translator } from '../../code/translate.js';
import { eachLane, LANES, type Parts } from '../../code/vector.js';
import { laneAxis } from '../../passes/vector-axis.js';
import { digits, loopsOver, withAxis } from '../axes.js';
import { Exchange } from './exchange.js';
import { plainStage } from './in-order.js';
import { piecesOf } from './pieces.js';
import { planNest, type NestPlan } from './plan.js';
import type { Share } from './share.js';
import { stepsOf, type Step } from './steps.js';
import { sweepStatements, type Piece } from './sweep.js';

export function buildNest(kernel: Kernel, nest: Nest, checks: CheckRegistry, options: BuildOptions): CompiledKernel {
  const plans = piecesOf(kernel, nest).map((piece) => planNest(kernel, piece));
  const rowLanes = plans[0].direction === 'grid' ? LANES : 1;
  const module = new KernelModule(kernel, checks, options, rowLanes);
  const phases = plans.flatMap((plan) => {
    const steps = stepsOf(kernel, plan);
    const exchange = new Exchange(module, plan, steps);
    return steps.map((step) => ({ plan, step, exchange }));
  });
  phases.forEach(({ plan, step, exchange }, i) => {
    const name = phases.length === 1 ? 'run' : `${plans.length === 1 ? 'step' : 'piece'}${i + 1}`;
    const units = pointsOf(plan.outer) * plan.blocks * (step.cut?.parts ?? 1);
    module.phase(name, units, (frame) => new NestWriter(frame, kernel, plan, rowLanes, step, exchange).unitLoop());
  });
  return module.finish();
}

/** Columns of tiles side by side: a cache line of 4-byte elements. */
const LINE = 16;

type Body = (places: readonly MutablePlace[]) => Statement[];

interface MutablePlace extends Place {
  readonly stages: Map<number, Parts>;
}

class NestWriter {
  private readonly index: Variable;
  /** The points of a unit, and which part of their sweep. */
  private readonly unit: Term;
  private readonly piece: Piece | null;

  constructor(
    private readonly frame: PhaseFrame,
    private readonly kernel: Kernel,
    private readonly plan: NestPlan,
    private readonly rowLanes: number,
    private readonly step: Step,
    private readonly exchange: Exchange,
  ) {
    const { terms: t } = frame;
    this.index = t.variable('unit', 'i32');
    this.unit = step.cut === null ? this.index : t.div(this.index, step.cut.parts);
    this.piece = step.cut && { ...step.cut, part: t.rem(this.index, step.cut.parts) };
  }

  unitLoop(): Statement[] {
    const { unit } = this;
    const { terms: t, start, end } = this.frame;
    const { outer, inner, companion, share, form, block, blocks } = this.plan;
    const axes = digits(t, outer, t.div(unit, blocks));
    const cut = companion ?? share?.axis ?? inner;
    const body = (): Statement[] => {
      if (cut === null) return this.points([this.place(axes, null)]);
      const from = t.scale(t.rem(unit, blocks), block);
      const to = t.least(t.add(from, block), cut.extent);
      if (form === 'tiles') return this.tiles(axes, from, to);
      if (form === 'sheets') return this.sheets(axes, from, to);
      if (share !== null) return this.shares(share, axes, from, to);
      return this.along(axes, from, to, (places) => this.points(places));
    };
    return [comment(this.kernel.name), loop(this.index, start, end, 1, body())];
  }

  /** The inner axis from `from` to `to`: in columns, then vectors, then points. */
  private along(axes: AxisValues, from: Term, to: Term, body: Body): Statement[] {
    const { terms: t } = this.frame;
    const { columns, direction } = this.plan;
    const inner = this.plan.inner!;
    const statements: Statement[] = [];
    let begin = from;
    const run = (width: number, count: number): void => {
      const lanes = width / count;
      const until = width === 1 ? to : t.whole(begin, to, width);
      if (begin === until) return;
      const i = t.variable(inner.label, 'i32');
      const places = Array.from({ length: count }, (_, c) =>
        this.place(withAxis(axes, inner, i, c * lanes), lanes > 1 ? inner.id : null),
      );
      statements.push(loop(i, begin, until, width, body(places)));
      begin = until;
    };
    const lanes = direction === 'grid' ? LANES : 1;
    if (columns > 1) run(columns * lanes, columns);
    if (lanes > 1) run(lanes, 1);
    run(1, 1);
    return statements;
  }

  private place(axes: AxisValues, vector: number | null, companion: Place['companion'] = null): MutablePlace {
    return { axes, vector, aligned: true, stages: new Map(), rowLanes: this.rowLanes, companion };
  }

  /** The sweeps of the step at these grid points. */
  private points(places: readonly MutablePlace[]): Statement[] {
    const { plan, frame, kernel, step, exchange, piece } = this;
    const statements: Statement[] = [];
    for (const place of places) {
      for (const s of step.uses) place.stages.set(s.id, exchange.kept(frame, place, s));
      for (const s of step.joins) {
        const joined = exchange.join(frame, place, s);
        statements.push(...joined.statements);
        place.stages.set(s.id, joined.value);
      }
    }
    for (const sweep of step.sweeps) {
      const lanes = plan.direction === 'stage' ? laneAxis(sweep) : null;
      const swept = sweepStatements(frame, kernel, sweep, places, lanes, piece);
      statements.push(...swept.statements);
      swept.results.forEach((byPlace, id) => byPlace.forEach((value, c) => places[c].stages.set(id, value)));
      swept.left.forEach((byPlace, s) => byPlace.forEach((state, c) => statements.push(...exchange.leave(frame, places[c], s, piece!.part, state))));
    }
    return [...statements, ...places.flatMap((place) => step.keeps.flatMap((s) => exchange.keep(frame, place, s)))];
  }

  /** Each stage over its own axes, and inside over the inner axis, so that memory is walked in its order. */
  private sheets(axes: AxisValues, from: Term, to: Term): Statement[] {
    return this.plan.nest.sweeps.flatMap(({ stages }) =>
      stages.flatMap((stage) => [
        comment(`${stage.kind}, step by step`),
        ...loopsOver(this.frame.terms, stageAxes(stage), axes, (values) => this.columns(stage, values, from, to)),
      ]),
    );
  }

  /** Rows of a scatter's target from `from` to `to`: the base, then in order what goes to them. */
  private shares({ axis, row }: Share, axes: AxisValues, from: Term, to: Term): Statement[] {
    const { terms: t } = this.frame;
    const [first, end] = [t.i32(0), t.i32(this.plan.inner!.extent)];
    const [base, put] = this.plan.nest.sweeps.map((s) => s.stages[0]);
    const r = t.variable(axis.label, 'i32');
    const filled = loopsOver(t, stageAxes(base).slice(1), withAxis(axes, axis, r), (values) => this.columns(base, values, first, end));
    const own = t.sub(to, from);
    const placed = loopsOver(t, stageAxes(put), axes, (values) => {
      const place = t.sub(new Translator(this.frame, this.place(values, null)).scalar(row), from);
      return [when(t.less(place, own), this.columns(put, values, first, end))];
    });
    return [comment('rows of a share'), loop(r, from, to, 1, filled), comment('what goes to them'), ...placed];
  }

  /** One step of a store or a scatter along the inner axis. */
  private columns(stage: Stage, values: AxisValues, from: Term, to: Term): Statement[] {
    return this.along(values, from, to, ([place]) => plainStage(this.frame, this.kernel, stage, place));
  }

  /**
   * Rows of the companion from `from` to `to`, in tiles of two vectors by four rows, as many side by side as a cache line
   * holds; then what is left over.
   */
  private tiles(axes: AxisValues, from: Term, to: Term): Statement[] {
    const { terms: t } = this.frame;
    const inner = this.plan.inner!;
    const companion = this.plan.companion!;
    const width = [LINE, 2 * LANES].find((w) => inner.extent >= w) ?? LANES;
    const whole = inner.extent - (inner.extent % width);
    const fours = t.whole(from, to, LANES);
    const i = t.variable(inner.label, 'i32');
    const r = t.variable(companion.label, 'i32');
    const place = (column: number, n: number): MutablePlace => {
      const values = withAxis(withAxis(axes, companion, r, n), inner, i, column);
      return this.place(values, inner.id, { axis: companion.id, index: n });
    };
    const tile = (column: number): Statement[] =>
      this.points([column, column + LANES].filter((c) => c < width).flatMap((c) => eachLane((n) => place(c, n))));
    const columns = Array.from({ length: Math.ceil(width / (2 * LANES)) }, (_, c) => tile(2 * LANES * c));
    const rest = (first: Term, last: Term, begin: Term): Statement => {
      const q = t.variable(companion.label, 'i32');
      return loop(q, first, last, 1, this.along(withAxis(axes, companion, q), begin, t.i32(inner.extent), (p) => this.points(p)));
    };
    return [
      loop(i, t.i32(0), t.i32(whole), width, [loop(r, from, fours, LANES, columns.flat())]),
      ...(whole === inner.extent ? [] : [rest(from, fours, t.i32(whole))]),
      ...(companion.extent % LANES === 0 ? [] : [rest(fours, to, t.i32(0))]),
    ];
  }
}
