/**
 * Cutting long sweeps: where a nest has few points and long sweeps, a sweep is cut into parts, and each step of the kernel
 * is a phase that threads share.
 *
 *     sum of x[r]      step 1     part p of many: sum of its own x[r], left in shared scratch
 *                      step 2     at each point: joins the parts, stores
 *
 * Sweeps with steps of their own follow each other so: the variance has four, the mean's parts, their join, the squares'
 * parts, their join and the store.
 *
 * Invariant: parts depend on extents alone, and are joined in their order, so that threads change no result.
 */
import type { Axis } from '@sconce/core';
import { pointsOf, usedBy, type Kernel, type ReduceStage, type Sweep } from '@sconce/compiler';
import type { NestPlan } from './plan.js';

/** A part of a sweep: the number of it, of so many along this axis. */
export interface Cut {
  readonly axis: Axis;
  readonly parts: number;
}

/** What runs in one phase, at all points. */
export interface Step {
  readonly sweeps: readonly Sweep[];
  /** How its one sweep is cut; null where all run at each point. */
  readonly cut: Cut | null;
  /** Reductions whose parts the step before has left. */
  readonly joins: readonly ReduceStage[];
  /** Reductions of earlier steps that it uses, and own ones that later steps use. */
  readonly uses: readonly ReduceStage[];
  readonly keeps: readonly ReduceStage[];
}

/** Units from which there is enough to share as it is. */
const ENOUGH = 16;
/** Parts of all points together, and elements of a part at least. */
const PARTS = 64;
const PART = 1 << 14;
/** Elements of a unit's sweep from which it is cut. */
const LONG = 1 << 17;

/** The steps of a nest; one where nothing is cut. */
export function stepsOf(kernel: Kernel, plan: NestPlan): readonly Step[] {
  const { sweeps } = plan.nest;
  const whole: Step = { sweeps, cut: null, joins: [], uses: [], keeps: [] };
  const cuts = mayCut(kernel, plan) ? sweeps.map((s) => cutOf(plan, s)) : [];
  if (cuts.every((c) => c === null)) return [whole];
  const steps: Step[] = [];
  sweeps.forEach((sweep, i) => {
    const cut = cuts[i];
    const last = steps.at(-1);
    if (cut !== null) steps.push({ ...whole, sweeps: [sweep], cut });
    else if (last?.cut === null) steps[steps.length - 1] = { ...last, sweeps: [...last.sweeps, sweep] };
    else steps.push({ ...whole, sweeps: [sweep] });
    if (cut !== null && sweep.stages.some((s) => s.kind === 'reduce')) steps.push({ ...whole, sweeps: [], joins: reducesOf([sweep]) });
  });
  return withUses(steps);
}

/** Whether sweeps may run one after the other over all points, and in parts. */
const mayCut = (kernel: Kernel, { nest, form, outer, blocks }: NestPlan): boolean =>
  form === 'points' &&
  pointsOf(outer) * blocks < ENOUGH &&
  kernel.buffers.every((b) => b.scope === 'global') &&
  nest.sweeps.every((s) => s.stages.every((x) => x.kind === 'reduce' || x.kind === 'store'));

/** Along the outermost axis that has enough steps, or the longest. */
function cutOf({ outer, inner, block, blocks }: NestPlan, { axes }: Sweep): Cut | null {
  const elements = pointsOf(axes) * Math.min(block, inner?.extent ?? 1);
  if (elements < LONG) return null;
  const parts = Math.min(Math.ceil(PARTS / (pointsOf(outer) * blocks)), Math.floor(elements / PART));
  const longest = axes.reduce((a, b) => (b.extent > a.extent ? b : a));
  const axis = axes.find((a) => a.extent >= parts) ?? longest;
  return axis.extent < 2 ? null : { axis, parts: Math.min(parts, axis.extent) };
}

const reducesOf = (sweeps: readonly Sweep[]): ReduceStage[] => sweeps.flatMap((s) => s.stages.filter((x) => x.kind === 'reduce'));

function withUses(steps: readonly Step[]): readonly Step[] {
  const all = reducesOf(steps.flatMap((s) => s.sweeps));
  const used = steps.map((s) => new Set(s.sweeps.flatMap((w) => w.stages.flatMap((x) => [...usedBy(x)]))));
  return steps.map((step, i) => {
    const own = step.cut === null ? [...step.joins, ...reducesOf(step.sweeps)] : [];
    const later = used.slice(i + 1);
    return {
      ...step,
      uses: all.filter((s) => used[i].has(s.id) && !own.includes(s)),
      keeps: own.filter((s) => later.some((ids) => ids.has(s.id))),
    };
  });
}
