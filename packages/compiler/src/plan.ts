/**
 * The plan: what a graph's structure compiles to. Steps in order, each a kernel or a routine, and where temporaries lie.
 *
 * Temporaries share one arena: each gets the lowest place that is free from the step that writes it to the last that
 * reads it.
 *
 * Invariant: two temporaries that are alive at one step do not overlap.
 *
 * Reference: linear-scan allocation, Poletto and Sarkar (1999), with first fit.
 */
import type { Graph } from '@sconce/core';
import type { Kernel } from './kernel/ir.js';

/** Where a value lies: given by the caller, asked for by the caller, or in the arena. */
export type Place =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'arena'; readonly offset: number };

export interface KernelStep {
  readonly kind: 'kernel';
  readonly kernel: Kernel;
  /** Graph position behind each global slot; null for row buffers. */
  readonly values: readonly (number | null)[];
  /** Graph positions of the runtime scalars, by slot. */
  readonly scalars: readonly number[];
}

export interface RoutineStep {
  readonly kind: 'routine';
  readonly position: number;
}

export type Step = KernelStep | RoutineStep;

export interface Plan {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  /** Graph positions of the results, the roots first. */
  readonly outputs: readonly number[];
  readonly places: ReadonlyMap<number, Place>;
  readonly arenaBytes: number;
}

/** Graph positions of the values that a step writes. */
export const writtenBy = (step: Step): number[] =>
  step.kind === 'routine' ? [step.position] : step.values.filter((v, slot): v is number => v !== null && step.kernel.buffers[slot].access !== 'read');

const touchedBy = (graph: Graph, step: Step): number[] =>
  step.kind === 'routine' ? [step.position, ...graph.nodes[step.position].inputs] : step.values.filter((v): v is number => v !== null);

/** Gives every value a place. */
export function placeValues(
  graph: Graph,
  steps: readonly Step[],
  outputs: readonly number[],
  bytesOf: (position: number) => number,
  alignment: number,
): { places: Map<number, Place>; arenaBytes: number } {
  const places = new Map<number, Place>();
  graph.inputs.forEach((position, index) => places.set(position, { kind: 'input', index }));
  outputs.forEach((position, index) => {
    if (!places.has(position)) places.set(position, { kind: 'output', index });
  });

  const first = new Map<number, number>();
  const last = new Map<number, number>();
  steps.forEach((step, t) => {
    for (const v of writtenBy(step)) if (!first.has(v)) first.set(v, t);
    for (const v of touchedBy(graph, step)) last.set(v, t);
  });

  interface Span { readonly from: number; readonly to: number; readonly until: number }
  const alive: Span[] = [];
  let arenaBytes = 0;
  for (const [v, start] of [...first].sort((a, b) => a[1] - b[1])) {
    if (places.has(v)) continue;
    const bytes = Math.max(Math.ceil(bytesOf(v) / alignment) * alignment, alignment);
    const busy = alive.filter((s) => s.until >= start).sort((a, b) => a.from - b.from);
    let offset = 0;
    for (const s of busy) {
      if (offset + bytes <= s.from) break;
      offset = Math.max(offset, s.to);
    }
    alive.push({ from: offset, to: offset + bytes, until: last.get(v)! });
    arenaBytes = Math.max(arenaBytes, offset + bytes);
    places.set(v, { kind: 'arena', offset });
  }
  return { places, arenaBytes };
}

