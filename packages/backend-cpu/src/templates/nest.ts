/**
 * The nest template, which prints any kernel: loops over the grid, and at each point the sweeps in order.
 *
 *     for each unit                        a grid point, or a block of the innermost grid axis
 *       for each column of lanes           four grid points, or one
 *         for each sweep                   stages over common axes, in one loop
 *           for each step                  four elements, or one
 *
 * Invariant: units are independent, and what a unit computes does not depend on how units are shared among threads.
 *
 * Reference: Allen and Kennedy, Optimizing Compilers for Modern Architectures (2001).
 */
import type { Axis } from '@sconce/core';
import { pointsOf, type Kernel, type Nest } from '@sconce/compiler';
import { KernelModule, type CheckRegistry, type CompiledKernel, type BuildOptions, type PhaseFrame } from '../code/kernel-module.js';
import { comment, loop, type Statement } from '../code/statement.js';
import type { Term } from '../code/term.js';
import type { AxisValue, Place } from '../code/translate.js';
import { LANES, type Parts } from '../code/vector.js';
import { chooseDirection, laneAxis, type Direction } from '../passes/vector-axis.js';
import { digits } from './digits.js';
import { sweepStatements } from './sweep.js';

/** Grid points of one unit where the innermost grid axis gives the lanes. */
const BLOCK = 4096;

interface NestPlan {
  readonly nest: Nest;
  readonly direction: Direction;
  /** Axes that a unit fixes, outermost first. */
  readonly outer: readonly Axis[];
  /** The axis that a unit runs along, and in blocks of how many points. */
  readonly inner: Axis | null;
  readonly block: number;
  /** Vectors of grid points that go through the sweeps together. */
  readonly columns: number;
}

function planNest(kernel: Kernel, nest: Nest): NestPlan {
  const direction = chooseDirection(kernel, nest);
  const inner = direction === 'stage' ? null : (nest.grid.at(-1) ?? null);
  const outer = inner === null ? nest.grid : nest.grid.slice(0, -1);
  return { nest, direction, outer, inner, block: BLOCK, columns: columnsOf(kernel, nest, direction) };
}

/** Reductions over outer axes read several vectors side by side, so that whole cache lines are used. */
function columnsOf(kernel: Kernel, { grid, sweeps }: Nest, direction: Direction): number {
  if (direction !== 'grid' || kernel.buffers.some((b) => b.scope === 'row')) return 1;
  const reduces = sweeps.some((s) => s.axes.length > 0 && s.stages.every((x) => x.kind === 'reduce'));
  if (!reduces || sweeps.length > 3) return 1;
  const extent = grid.at(-1)!.extent;
  return [8, 4, 2].find((c) => extent >= c * LANES) ?? 1;
}

export function buildNest(kernel: Kernel, nest: Nest, checks: CheckRegistry, options: BuildOptions): CompiledKernel {
  const plan = planNest(kernel, nest);
  const rowLanes = plan.direction === 'grid' ? LANES : 1;
  const module = new KernelModule(kernel, checks, options, rowLanes);
  const blocks = plan.inner === null ? 1 : Math.ceil(plan.inner.extent / plan.block);
  module.phase('run', pointsOf(plan.outer) * blocks, (frame) => new NestWriter(frame, kernel, plan, blocks, rowLanes).unitLoop());
  return module.finish();
}

class NestWriter {
  constructor(
    private readonly frame: PhaseFrame,
    private readonly kernel: Kernel,
    private readonly plan: NestPlan,
    private readonly blocks: number,
    private readonly rowLanes: number,
  ) {}

  unitLoop(): Statement[] {
    const { terms: t, start, end } = this.frame;
    const { outer, inner, block } = this.plan;
    const unit = t.variable('unit', 'i32');
    const point = this.blocks === 1 ? unit : t.op('i32.div_u', unit, this.blocks);
    const axes = digits(t, outer, point);
    const body = (): Statement[] => {
      if (inner === null) return this.points([this.place(axes, null)]);
      if (this.blocks === 1) return this.innerLoops(axes, t.i32(0), t.i32(inner.extent));
      const from = t.scale(t.op('i32.rem_u', unit, this.blocks), block);
      const whole = t.add(from, block);
      return this.innerLoops(axes, from, t.select(whole, t.i32(inner.extent), t.op('i32.lt_u', whole, inner.extent)));
    };
    return [comment(this.kernel.name), loop(unit, start, end, 1, body())];
  }

  /** The inner grid axis from `from` to `to`: in columns of vectors, then vectors, then points. */
  private innerLoops(axes: ReadonlyMap<number, AxisValue>, from: Term, to: Term): Statement[] {
    const { terms: t } = this.frame;
    const { columns, direction } = this.plan;
    const inner = this.plan.inner!;
    const statements: Statement[] = [];
    let begin = from;
    const run = (width: number, count: number): void => {
      const lanes = width / count;
      const span = t.op('i32.sub', to, begin);
      const until = width === 1 ? to : t.add(begin, t.op('i32.sub', span, t.op('i32.and', span, width - 1)));
      if (begin === until) return;
      const i = t.variable(inner.label, 'i32');
      const places = Array.from({ length: count }, (_, c) =>
        this.place(new Map([...axes, [inner.id, { term: i, plus: c * lanes }]]), lanes > 1 ? inner.id : null),
      );
      statements.push(loop(i, begin, until, width, this.points(places)));
      begin = until;
    };
    if (direction === 'grid') {
      if (columns > 1) run(columns * LANES, columns);
      run(LANES, 1);
    }
    run(1, 1);
    return statements;
  }

  private place(axes: ReadonlyMap<number, AxisValue>, vector: number | null): MutablePlace {
    return { axes, vector, stages: new Map(), rowLanes: this.rowLanes };
  }

  /** All sweeps at these grid points. */
  private points(places: readonly MutablePlace[]): Statement[] {
    const { plan, frame, kernel } = this;
    return plan.nest.sweeps.flatMap((sweep) => {
      const lanes = plan.direction === 'stage' ? laneAxis(sweep) : null;
      const { statements, results } = sweepStatements(frame, kernel, sweep, places, lanes);
      results.forEach((byPlace, id) => byPlace.forEach((value, c) => places[c].stages.set(id, value)));
      return statements;
    });
  }
}

interface MutablePlace extends Place {
  readonly stages: Map<number, Term | Parts>;
}
