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
import type { Axis } from '@sconce/core';
import { collapseStages } from './collapse.js';
import { mapStage, mergeable, renameAxes, stageAxes, usedBy, type Kernel, type Stage } from '../kernel/ir.js';
import { simplifier } from '../expr/simplify.js';
import { loadsIn } from '../merge/units.js';

export interface Sweep {
  readonly axes: readonly Axis[];
  readonly stages: readonly Stage[];
}

/** A kernel as sweeps over the points of its grid. */
export interface Nest {
  readonly grid: readonly Axis[];
  readonly sweeps: readonly Sweep[];
}

/** Whether a stage needs a result of the sweep as a whole. */
function uses(stage: Stage, sweep: Sweep): boolean {
  const used = usedBy(stage);
  return sweep.stages.some((s) => s.kind === 'reduce' && used.has(s.id));
}

/** Whether `next`, renamed to the sweep's axes, may run point by point with it. */
function mayJoin(sweep: Sweep, next: Stage): boolean {
  if (uses(next, sweep)) return false;
  for (const s of sweep.stages) {
    if (s.kind === 'store' && loadsIn(next).some((r) => r.slot === s.slot && r.args[0] !== s.index)) return false;
    if (next.kind !== 'store') continue;
    if (s.kind === 'store' && s.slot === next.slot) return false;
    if (loadsIn(s).some((r) => r.slot === next.slot && r.args[0] !== next.index)) return false;
  }
  return true;
}

/** Whether a stage may run before a sweep that came before it. */
function mayPass(sweep: Sweep, next: Stage): boolean {
  if (!sweep.stages.every(mergeable)) return false;
  if (uses(next, sweep)) return false;
  const reads = new Set(loadsIn(next).map((r) => r.slot));
  return sweep.stages.every((s) => {
    if (s.kind !== 'reduce' && (reads.has(s.slot) || (next.kind !== 'reduce' && next.slot === s.slot))) return false;
    return next.kind === 'reduce' || loadsIn(s).every((r) => r.slot !== next.slot);
  });
}

function group(stages: readonly Stage[]): Sweep[] {
  const simplify = simplifier();
  const sweeps: Sweep[] = [];
  /** Joins the last sweep that takes the stage; whether there was one. */
  const joins = (stage: Stage): boolean => {
    const axes = stageAxes(stage);
    for (let i = sweeps.length - 1; i >= 0; i--) {
      const sweep = sweeps[i];
      const fits = sweep.stages.every(mergeable) && sweep.axes.length === axes.length && axes.every((a, d) => a.extent === sweep.axes[d].extent);
      if (fits) {
        const moved = mapStage(renameAxes(stage, new Map(axes.map((a, d) => [a.id, sweep.axes[d]]))), simplify);
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

/** Groups the stages of a kernel into sweeps, and collapses axes where indices allow it. */
export function nestOf(kernel: Kernel): Nest {
  const stages = kernel.stages.filter((s) => s.kind === 'reduce' || stageAxes(s).every((a) => a.extent > 0));
  const sweeps = group(stages).map((sweep): Sweep => {
    const { axes, stages } = collapseStages(sweep.axes, sweep.stages);
    return sweep.stages.some((s) => s.kind === 'scan') ? sweep : { axes, stages: stages.map((s) => (s.kind === 'scan' ? s : { ...s, axes })) };
  });
  const whole = collapseStages(kernel.grid, sweeps.flatMap((s) => s.stages));
  let i = 0;
  return {
    grid: whole.axes,
    sweeps: sweeps.map(({ axes, stages }) => ({ axes, stages: whole.stages.slice(i, (i += stages.length)) })),
  };
}
