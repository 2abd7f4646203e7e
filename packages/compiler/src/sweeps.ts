/**
 * Sweeps: the stages of a kernel grouped so that neighbours over equal axes run in one loop.
 *
 * A stage joins a sweep when it uses no result of that sweep's reductions, touches what the sweep writes only at the
 * element at hand, and may run before all sweeps after that one.
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

/** Whether a stage may run before a sweep that came before it. */
function mayPass(sweep: Sweep, next: Stage): boolean {
  if (!sweep.stages.every(mergeable)) return false;
  if (uses(next, new Set(sweep.stages.flatMap((s) => (s.kind === 'reduce' ? [s.id] : []))))) return false;
  const reads = new Set(loadsOf(next).map((r) => r.slot));
  return sweep.stages.every((s) => {
    if (s.kind !== 'reduce' && (reads.has(s.slot) || (next.kind !== 'reduce' && next.slot === s.slot))) return false;
    return next.kind === 'reduce' || loadsOf(s).every((r) => r.slot !== next.slot);
  });
}

const mergeable = (s: Stage): boolean => s.kind === 'reduce' || s.kind === 'store';

function group(stages: readonly Stage[]): Sweep[] {
  const simplify = simplifier(new Interner());
  const sweeps: Sweep[] = [];
  /** Joins the last sweep that takes the stage; whether there was one. */
  const joins = (stage: Stage): boolean => {
    const axes = stageAxes(stage);
    for (let i = sweeps.length - 1; i >= 0; i--) {
      const sweep = sweeps[i];
      const fits = sweep.stages.every(mergeable) && sweep.axes.length === axes.length && axes.every((a, d) => a.extent === sweep.axes[d].extent);
      if (fits) {
        const moved = renamed(stage, sweep.axes, simplify);
        if (mayJoin(sweep, moved)) {
          sweeps[i] = { axes: sweep.axes, stages: [...sweep.stages, moved] };
          return true;
        }
      }
      if (!mayPass(sweep, stage)) return false;
    }
    return false;
  };
  for (const given of stages) {
    const stage = mapStage(given, simplify);
    if (!mergeable(stage) || !joins(stage)) sweeps.push({ axes: stageAxes(stage), stages: [stage] });
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
