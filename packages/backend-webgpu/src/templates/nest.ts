/**
 * The nest: one invocation for each grid point, which runs the kernel's sweeps in order, each a loop over its axes.
 *
 * It prints every kernel, and is the best form where grid points are many or rows short: neighbouring invocations then
 * read neighbouring elements.
 *
 * Invariant: invocations beyond the last grid point do nothing.
 */
import { axisRef, freshAxis, type Axis } from '@sconce/core';
import { Interner, mapKernel, nestOf, pointsOf, positionOf, simplifier, stageExprs, type Kernel, type Stage, type Sweep } from '@sconce/compiler';
import { bare } from '../wgsl/blocks.js';
import { stored } from '../wgsl/elements.js';
import { Emitter } from '../wgsl/emitter.js';
import { foldOf, joined, type Fold } from '../wgsl/fold.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { substitution, unflatten } from './axes.js';

/** Values that are added plainly before their sum goes into the compensated one. */
const BLOCK = 16;

/** One kernel, which has grid points, as a program of the nest form. */
export function nestProgram(given: Kernel, workgroupSize: number): Program {
  const { grid, sweeps } = nestOf(given);
  const flat: Kernel = { ...given, grid, stages: sweeps.flatMap((s) => s.stages) };
  const points = pointsOf(grid);
  const point = freshAxis(points, 'p');
  const simplify = simplifier(new Interner());
  const bind = substitution(unflatten(grid, axisRef(point)));
  const kernel = mapKernel(flat, (x) => simplify(bind(x)));
  const emitter = new Emitter({ kernel, simplify });
  const workgroups = Math.ceil(points / workgroupSize);

  const name = emitter.fresh('p');
  if (grid.length > 0) {
    emitter.line(`let ${name} = i32(${groupNumber(workgroups)} * ${workgroupSize}u + lane);`);
    if (points % workgroupSize !== 0 || workgroups > 65535) emitter.line(`if (${name} >= ${points}) { return; }`);
  } else emitter.line('if (lane > 0u) { return; }');
  emitter.bindAxis(point, name);
  let i = 0;
  for (const sweep of sweeps) {
    emitSweep(emitter, { axes: sweep.axes, stages: kernel.stages.slice(i, (i += sweep.stages.length)) });
  }
  return assemble({ kernel: { ...kernel, grid: given.grid }, emitter, workgroupSize, workgroups });
}

/** Prints one sweep: accumulators, loops, results. */
export function emitSweep(emitter: Emitter, { axes, stages }: Sweep): void {
  emitter.announce(stages.flatMap(stageExprs));
  const isLong = pointsOf(axes) > 2 * BLOCK;
  const folds = new Map<Stage, Fold>();
  for (const s of stages) {
    if (s.kind === 'reduce') folds.set(s, foldOf(s.combine, s.value.dtype, emitter, isLong ? 'blocked' : 'plain'));
    if (s.kind === 'scan') folds.set(s, foldOf(s.combine, s.value.dtype, emitter, 'compensated'));
  }
  const all = [...folds.values()];
  const blocks = all.flatMap((f) => (f.block === null ? [] : [f.block]));
  emitter.line(...all.flatMap((f) => f.start));

  const body = (): void => stages.forEach((s) => emitStage(emitter, s, axes, folds.get(s)));
  const nest = (rest: readonly Axis[], inner: () => void): void => {
    if (rest.length === 0) inner();
    else emitter.loop(rest[0], () => nest(rest.slice(1), inner));
  };
  // What leaves a loop of no steps must not be computed either: there may be no index to check.
  if (pointsOf(axes) === 0) return bindResults(emitter, folds);
  if (blocks.length === 0) nest(axes, body);
  else inBlocks(emitter, axes, nest, body, blocks);

  bindResults(emitter, folds);
}

/** Binds the results of a sweep's reductions. */
function bindResults(emitter: Emitter, folds: ReadonlyMap<Stage, Fold>): void {
  for (const [s, fold] of folds) {
    if (s.kind !== 'reduce') continue;
    if (/^\w+(\.x)?$/.test(fold.result)) emitter.bindStage(s.id, fold.result);
    else {
      const name = emitter.fresh(s.combine);
      emitter.line(`let ${name} = ${fold.result};`);
      emitter.bindStage(s.id, name);
    }
  }
}

/** Loops over the axes with a block of few values innermost: the last axes where they are short, else a piece of the last. */
function inBlocks(
  emitter: Emitter,
  axes: readonly Axis[],
  nest: (axes: readonly Axis[], inner: () => void) => void,
  body: () => void,
  blocks: readonly NonNullable<Fold['block']>[],
): void {
  const block = (loops: () => void): void => {
    emitter.line(...blocks.flatMap((b) => b.begin));
    loops();
    emitter.line(...blocks.flatMap((b) => b.end));
  };
  let first = axes.length;
  while (first > 0 && pointsOf(axes.slice(first - 1)) <= 2 * BLOCK) first -= 1;
  if (first < axes.length) {
    nest(axes.slice(0, first), () => block(() => nest(axes.slice(first), body)));
    return;
  }
  const last = axes[axes.length - 1];
  nest(axes.slice(0, -1), () => {
    const start = emitter.fresh(`${last.label}_start`);
    emitter.open();
    const until = last.extent % BLOCK === 0 ? `${start} + ${BLOCK}` : `min(${start} + ${BLOCK}, ${last.extent})`;
    block(() => emitter.loop(last, body, { from: start, until }));
    emitter.close(`for (var ${start} = 0; ${start} < ${last.extent}; ${start} += ${BLOCK}) {`);
  });
}

function emitStage(emitter: Emitter, stage: Stage, axes: readonly Axis[], fold: Fold | undefined): void {
  const position = (): string => emitter.value(emitter.options.simplify(positionOf(axes)));
  switch (stage.kind) {
    case 'reduce':
      emitter.line(...fold!.take(emitter.value(stage.value), position));
      return;
    case 'store':
      emitter.store(stage.slot, stage.index, stage.value);
      return;
    case 'scan': {
      const index = emitter.value(stage.index);
      const { label, storage } = emitter.options.kernel.buffers[stage.slot];
      emitter.line(...fold!.take(emitter.value(stage.value), position), `${label}[${bare(index)}] = ${stored(storage, fold!.result, 1)};`);
      return;
    }
    case 'scatter':
      emitScatter(emitter, stage);
  }
}

function emitScatter(emitter: Emitter, stage: Extract<Stage, { kind: 'scatter' }>): void {
  const { label, storage } = emitter.options.kernel.buffers[stage.slot];
  const { dtype } = stage.value;
  const at = emitter.fresh('target_index');
  emitter.line(`let ${at} = ${bare(emitter.value(stage.index))};`);
  const value = emitter.value(stage.value);
  const place = `${label}[${at}]`;
  const before = storage === 'bool' ? `(${place} != 0u)` : place;
  const after = stage.combine === 'set' ? value : `(${joined(stage.combine, dtype, before, value, emitter)})`;
  emitter.line(`${place} = ${bare(stored(storage, after, 1))};`);
}
