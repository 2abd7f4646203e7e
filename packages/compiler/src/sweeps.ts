/**
 * Sweeps: the stages of a kernel grouped so that neighbours over equal axes run in one loop.
 *
 * A stage joins the sweep before it when it uses no result of that sweep's reductions, and touches what the sweep writes
 * only at the element at hand.
 *
 * Invariant: the stages of a sweep share its axes, and running them point by point computes what running them one after
 * the other would.
 *
 * Reference: loop fusion, Allen and Kennedy, Optimizing Compilers for Modern Architectures (2001), chapter 8.
 */
import { axisRef, type Axis, type Expr } from '@sconce/core';
import { collapse } from './collapse.js';
import { Interner } from './intern.js';
import { mapStage, rewriter, stageAxes, stageExprs, walk, type Kernel, type Stage } from './ir.js';
import { simplifier } from './simplify.js';

export interface Sweep {
  readonly axes: readonly Axis[];
  readonly stages: readonly Stage[];
}

/** A kernel as sweeps over the points of its grid. */
export interface Nest {
  readonly grid: readonly Axis[];
  readonly sweeps: readonly Sweep[];
}

const renamed = (stage: Stage, to: readonly Axis[], simplify: (x: Expr) => Expr): Stage => {
  const names = new Map(stageAxes(stage).map((a, i) => [a.id, to[i]]));
  const rename = rewriter((x) => (x.op === 'axis' && names.has(x.axis.id) ? axisRef(names.get(x.axis.id)!) : x));
  const moved = mapStage(stage, (x) => simplify(rename(x)));
  return moved.kind === 'scan' ? moved : { ...moved, axes: to };
};

/** Loads of a stage, by the slots they read. */
function loadsOf(stage: Stage): { slot: number; index: Expr }[] {
  const loads: { slot: number; index: Expr }[] = [];
  walk(stageExprs(stage), (x) => {
    if (x.op === 'load') loads.push({ slot: x.slot, index: x.args[0] });
  });
  return loads;
}

function uses(stage: Stage, ids: ReadonlySet<number>): boolean {
  let found = false;
  walk(stageExprs(stage), (x) => {
    found ||= x.op === 'stage' && ids.has(x.id);
  });
  return found;
}

/** Whether `next`, renamed to the sweep's axes, may run point by point with it. */
function mayJoin(sweep: Sweep, next: Stage): boolean {
  const results = new Set(sweep.stages.flatMap((s) => (s.kind === 'reduce' ? [s.id] : [])));
  if (uses(next, results)) return false;
  const reads = loadsOf(next);
  for (const s of sweep.stages) {
    if (s.kind === 'store' && reads.some((r) => r.slot === s.slot && r.index !== s.index)) return false;
    if (next.kind !== 'store') continue;
    if (s.kind === 'store' && s.slot === next.slot) return false;
    if (loadsOf(s).some((r) => r.slot === next.slot && r.index !== next.index)) return false;
  }
  return true;
}

const mergeable = (s: Stage): boolean => s.kind === 'reduce' || s.kind === 'store';

function group(stages: readonly Stage[]): Sweep[] {
  const simplify = simplifier(new Interner());
  const sweeps: Sweep[] = [];
  for (const given of stages) {
    const stage = mapStage(given, simplify);
    const axes = stageAxes(stage);
    const last = sweeps.at(-1);
    const fits =
      last !== undefined && mergeable(stage) && last.stages.every(mergeable) &&
      last.axes.length === axes.length && axes.every((a, i) => a.extent === last.axes[i].extent);
    if (fits) {
      const moved = renamed(stage, last.axes, simplify);
      if (mayJoin(last, moved)) {
        sweeps[sweeps.length - 1] = { axes: last.axes, stages: [...last.stages, moved] };
        continue;
      }
    }
    sweeps.push({ axes, stages: [stage] });
  }
  return sweeps;
}

/** Puts expressions back into stages, in the order in which `stageExprs` gave them. */
function withExprs(stages: readonly Stage[], exprs: readonly Expr[]): Stage[] {
  let i = 0;
  return stages.map((s) => (s.kind === 'reduce' ? { ...s, value: exprs[i++] } : { ...s, value: exprs[i++], index: exprs[i++] }));
}

/** Groups the stages of a kernel into sweeps, and collapses axes where indices allow it. */
export function nestOf(kernel: Kernel): Nest {
  const stages = kernel.stages.filter((s) => s.kind === 'reduce' || stageAxes(s).every((a) => a.extent > 0));
  const sweeps = group(stages).map((sweep): Sweep => {
    if (!sweep.stages.every((s) => s.kind !== 'scan')) return sweep;
    const { axes, exprs } = collapse(sweep.axes, sweep.stages.flatMap(stageExprs));
    return { axes, stages: withExprs(sweep.stages, exprs).map((s) => (s.kind === 'scan' ? s : { ...s, axes })) };
  });
  const { axes: grid, exprs } = collapse(kernel.grid, sweeps.flatMap((s) => s.stages.flatMap(stageExprs)));
  let i = 0;
  return {
    grid,
    sweeps: sweeps.map(({ axes, stages }) => {
      const n = stages.flatMap(stageExprs).length;
      return { axes, stages: withExprs(stages, exprs.slice(i, (i += n))) };
    }),
  };
}
