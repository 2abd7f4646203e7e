/**
 * Compiling: the passes in order. Graph in, plan out.
 *
 *   schedule   which values are stored
 *   lower      one draft kernel for each, everything else substituted; equal structures once
 *   merge      neighbours with matching iteration spaces become one kernel
 *   finish     slots, names
 *   place      temporaries into one arena
 *
 * Invariant: a pass is a function of its arguments; nothing here knows a backend or an op by name.
 */
import { sizeOf, type Graph } from '@sconce/core';
import { finish } from './prepare/finish.js';
import type { Kernel } from './kernel/ir.js';
import { lowerings } from './lower/lowerings.js';
import { merge } from './merge/merge.js';
import { placeValues, writtenBy, type Plan, type Step } from './plan.js';
import { prepare } from './prepare/prepare.js';
import { schedule } from './lower/schedule.js';
import type { Target } from './target.js';
import type { Unit } from './merge/units.js';

/** What compiling must know of a target. */
export type CompileTarget = Pick<Target, 'bytesFor' | 'alignment' | 'maxKernelBuffers' | 'maxRowBytes' | 'native' | 'slackBytes'>;

/** The plan of a graph: its kernels in order, and where their values lie. `ready` gives a kernel as the target takes it. */
export function compile(graph: Graph, target: CompileTarget, ready = (kernel: Kernel): Kernel => prepare(kernel, target)): Plan {
  const { stored } = schedule(graph, target.maxKernelBuffers);
  const draftOf = lowerings(graph, (p) => stored[p]);
  const units = graph.nodes.flatMap((node, position): Unit[] => {
    if (!stored[position] || node.op.form === 'input') return [];
    if (node.op.form === 'routine') return [{ kind: 'routine', position, reads: node.inputs }];
    return [{ kind: 'draft', draft: draftOf(position) }];
  });
  const wanted = new Set([...graph.roots, ...graph.nodes.flatMap((n, i) => (n.keep && stored[i] ? [i] : []))]);
  const merged = merge(graph, units, wanted, target);
  const steps = merged.units.map((u): Step => {
    if (u.kind === 'routine') return { kind: 'routine', position: u.position };
    const step = finish(graph, u.draft, merged.rows);
    return { ...step, kernel: ready(step.kernel) };
  });
  const written = new Set(steps.flatMap(writtenBy));
  const outputs = [...new Set([...graph.roots, ...[...wanted].filter((v) => written.has(v))])];
  const bytesOf = (v: number): number => target.bytesFor(graph.nodes[v].dtype, sizeOf(graph.nodes[v].shape));
  return { graph, steps, outputs, ...placeValues(graph, steps, outputs, bytesOf, target.alignment) };
}
