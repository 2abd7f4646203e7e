/**
 * `createBackend`: from a target (a printer of kernels and a runtime) to the interface that core knows.
 *
 * Invariant: kernels of equal structure are built once per backend, whatever plans they appear in, as long as they are
 * among the last `MOST_KERNELS` that were asked for.
 */
import {
  debugLine,
  hostArray,
  sizeOf,
  type Backend,
  type DeviceBuffer,
  type Executable,
  type Graph,
} from '@sconce/core';
import { compile } from './compile.js';
import { pointsOf, type Kernel } from './kernel/ir.js';
import { keyOf } from './kernel/kernel-key.js';
import type { Place, Plan } from './plan.js';
import { prepare } from './prepare/prepare.js';
import { recent } from './recent.js';
import { kernelText, planText } from './kernel/report.js';
import type { BackendOf, Built, Launch, Region, RoutineLaunch, Target } from './target.js';

/** A step with everything looked up that does not change from run to run. */
type Ready =
  | { readonly kind: 'routine'; readonly position: number }
  | {
      readonly kind: 'kernel';
      readonly kernel: Kernel;
      readonly built: Built;
      /** By slot; null for row buffers. */
      readonly places: readonly (Place | null)[];
      /** Which of the run's scalars, by the kernel's slots. */
      readonly scalars: readonly number[];
    };

interface Compiled extends Executable {
  readonly plan: Plan;
  readonly steps: readonly Ready[];
}

/** What a run binds its places to. */
interface Binding {
  readonly inputs: readonly DeviceBuffer[];
  readonly outputs: readonly DeviceBuffer[];
  readonly arena: DeviceBuffer | null;
}

function regionOf(place: Place, binding: Binding): Region {
  if (place.kind === 'arena') return { buffer: binding.arena!, offset: place.offset };
  return { buffer: binding[place.kind === 'input' ? 'inputs' : 'outputs'][place.index], offset: 0 };
}

/** Built kernels that are kept beyond the plans that use them. */
export const MOST_KERNELS = 2048;

/** Gives core's backend interface to a target. */
export function createBackend<T extends Target>(target: T): BackendOf<T> {
  const kernels = recent<string, Kernel>(MOST_KERNELS);
  const builds = new WeakMap<Kernel, Built>();

  /** The kernel as the target takes it, one for all that are equal. */
  const ready = (kernel: Kernel): Kernel => kernels.of(keyOf(kernel), () => prepare(kernel, target));

  const buildOnce = (kernel: Kernel): Built => {
    const known = builds.get(kernel);
    if (known !== undefined) return known;
    const built = target.build(kernel);
    builds.set(kernel, built);
    debugLine(4, () => kernelText(kernel));
    debugLine(4, () => target.source(built));
    return built;
  };

  const compileGraph = (graph: Graph): Compiled => {
    const plan = compile(graph, target, ready);
    debugLine(3, () => planText(plan));
    const steps = plan.steps.flatMap((s): Ready[] => {
      if (s.kind === 'routine') return [s];
      // Nothing runs for a value without elements: what is hoisted out of its loops would read where nothing is.
      if (pointsOf(s.kernel.grid) === 0) return [];
      return [
        {
          kind: 'kernel',
          kernel: s.kernel,
          built: buildOnce(s.kernel),
          places: s.values.map((v) => (v === null ? null : plan.places.get(v)!)),
          scalars: s.scalars.map((position) => graph.scalars.indexOf(position)),
        },
      ];
    });
    const kernels = plan.steps.map((s) => ({ name: s.kind === 'routine' ? graph.nodes[s.position].op.name : s.kernel.name }));
    return { plan, steps, kernels, outputs: plan.outputs, arenaBytes: plan.arenaBytes, describe: () => planText(plan) };
  };

  const run: Backend['run'] = (executable, inputs, scalars, outputs) => {
    const { plan, steps } = executable as Compiled;
    const binding: Binding = { inputs, outputs, arena: plan.arenaBytes > 0 ? target.arena(plan.arenaBytes) : null };
    target.launch(
      steps.map((step): Launch => {
        if (step.kind === 'routine') return routineLaunch(plan, step.position, (v) => regionOf(plan.places.get(v)!, binding));
        const { kernel, built, places } = step;
        const regions = places.map((p) => (p === null ? null : regionOf(p, binding)));
        return { kind: 'kernel', kernel, built, regions, scalars: step.scalars.map((i) => scalars[i]) };
      }),
    );
  };

  return {
    ...target,
    target,
    compile: compileGraph,
    run,
  };
}

function routineLaunch(plan: Plan, position: number, regionAt: (v: number) => Region): RoutineLaunch {
  const { nodes } = plan.graph;
  const node = nodes[position];
  const piece = (v: number): RoutineLaunch['output'] => ({ ...regionAt(v), shape: nodes[v].shape, dtype: nodes[v].dtype, size: sizeOf(nodes[v].shape) });
  return {
    kind: 'routine',
    name: node.op.name,
    attrs: node.attrs,
    inputs: node.inputs.map(piece),
    output: piece(position),
    run(arrays, work) {
      const data = hostArray(node.dtype, sizeOf(node.shape));
      const inputs = arrays.map((array, i) => ({ data: array, shape: nodes[node.inputs[i]].shape, dtype: nodes[node.inputs[i]].dtype }));
      node.op.routine!(inputs, { shape: node.shape, dtype: node.dtype, attrs: node.attrs, data }, work);
      return data;
    },
  };
}
