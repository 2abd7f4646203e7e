/**
 * What is told of plans, kernels and runs. What spells it out is loaded on demand: few programs ask.
 */
import { debugLine } from '@sconce/core';
import type { Kernel } from './ir.js';
import type { Plan } from '../plan.js';
import type { Launch } from '../target.js';

/** A kernel as loops. */
export const kernelText = async (kernel: Kernel): Promise<string> => (await import('./show.js')).showKernel(kernel);

/** The graph and the plan: what `explain` gives. */
export const planText = async (plan: Plan): Promise<string> => (await import('./show.js')).showPlan(plan);

/**
 * Tells of a launch that began at `start` (as `performance.now()` counts) and took `ms` milliseconds: its name, how long it
 * took, and at what rates. On the Performance timeline it appears under the same name.
 */
export function reportRun(launch: Launch, start: number, ms: number): void {
  debugLine(2, async () => (await import('./show-run.js')).showRun(launch, ms));
  performance.measure(launch.kind === 'kernel' ? launch.kernel.name : launch.name, { start, duration: ms });
}
