/**
 * The team: one workgroup for each grid point, whose invocations share the loops of its sweeps. Neighbouring invocations
 * take neighbouring values; what each has joined is joined in workgroup memory by halves.
 *
 * Invariant: barriers stand where all invocations of a workgroup pass; results without axes of their own are stored by
 * the first.
 *
 * Reference: M. Harris, Optimizing parallel reduction in CUDA (2007).
 */
import { axisRef, freshAxis, type Axis } from '@sconce/core';
import { Interner, mapKernel, mapStage, nestOf, pointsOf, simplifier, stageExprs, type Kernel, type ReduceStage, type Stage } from '@sconce/compiler';
import { Emitter } from '../wgsl/emitter.js';
import { beats, foldOf, isArg, joined, type Fold } from '../wgsl/fold.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { typeName } from '../wgsl/spelling.js';
import { substitution, unflatten } from './axes.js';

/** One kernel of reductions and stores, with `size` invocations a grid point. */
export function teamProgram(given: Kernel, size: number): Program {
  const { grid, sweeps } = nestOf(given);
  const points = pointsOf(grid);
  const point = freshAxis(points, 'p');
  const simplify = simplifier(new Interner());
  const bindGrid = unflatten(grid, axisRef(point));
  const rows = sweeps.map(({ axes, stages }) => {
    const along = freshAxis(pointsOf(axes), 'r');
    const bind = substitution(new Map([...bindGrid, ...unflatten(axes, axisRef(along))]));
    return { along, isRow: axes.length > 0, stages: stages.map((s) => mapStage(s, (x) => simplify(bind(x)))) };
  });
  const kernel = mapKernel({ ...given, stages: rows.flatMap((r) => r.stages) }, (x) => x);
  const emitter = new Emitter({ kernel, simplify });
  const declarations: string[] = [];

  const p = emitter.fresh('p');
  emitter.line(`let ${p} = i32(${groupNumber(points)});`);
  if (points > 65535) emitter.line(`if (${p} >= ${points}) { return; }`);
  emitter.line('let me = i32(lane);');
  emitter.bindAxis(point, p);
  for (const { along, isRow, stages } of rows) {
    emitter.announce(stages.flatMap(stageExprs));
    if (isRow) emitSweep(emitter, along, stages, size, declarations);
    else emitOnce(emitter, stages);
  }
  return assemble({ kernel: { ...kernel, grid: given.grid }, emitter, workgroupSize: size, workgroups: points, declarations });
}

function emitOnce(emitter: Emitter, stages: readonly Stage[]): void {
  emitter.open();
  for (const s of stages) if (s.kind === 'store') emitter.store(s.slot, s.index, s.value);
  emitter.close('if (me == 0) {');
}

function emitSweep(emitter: Emitter, along: Axis, stages: readonly Stage[], size: number, declarations: string[]): void {
  const folds = new Map<ReduceStage, Fold>();
  for (const s of stages) if (s.kind === 'reduce') folds.set(s, foldOf(s.combine, s.value.dtype, emitter, along.extent > 32 * size ? 'compensated' : 'plain'));
  for (const fold of folds.values()) emitter.line(...fold.start);
  const body = (): void => {
    for (const s of stages) {
      if (s.kind === 'store') emitter.store(s.slot, s.index, s.value);
      else if (s.kind === 'reduce') emitter.line(...folds.get(s)!.take(emitter.value(s.value), () => emitter.value(axisRef(along))));
    }
  };
  // What leaves a loop of no steps must not be computed either: there may be no index to check.
  if (along.extent > 0) emitter.loop(along, body, { from: 'me', until: String(along.extent), step: String(size) });
  for (const [s, fold] of folds) emitTree(emitter, s, fold, Math.min(size, 2 ** Math.ceil(Math.log2(along.extent))), size, declarations);
}

/** Joins what the invocations hold, by halves, and binds the result. */
function emitTree(emitter: Emitter, stage: ReduceStage, fold: Fold, used: number, size: number, declarations: string[]): void {
  const { combine } = stage;
  const { dtype } = stage.value;
  const half = emitter.fresh('half');
  const shared = emitter.fresh(`shared_${combine}`);
  const result = emitter.fresh(combine);
  if (isArg(combine)) {
    const places = emitter.fresh('shared_place');
    declarations.push(`var<workgroup> ${shared}: array<${typeName(dtype)}, ${size}>;`, `var<workgroup> ${places}: array<i32, ${size}>;`);
    const [x, best] = [`${shared}[me + ${half}]`, `${shared}[me]`];
    const [place, bestPlace] = [`${places}[me + ${half}]`, `${places}[me]`];
    // The other half's best wins when it beats ours; when neither beats the other, the one that stood first.
    const wins = `${beats(combine, dtype, x, best, emitter)} || (!${beats(combine, dtype, best, x, emitter)} && ${place} < ${bestPlace})`;
    emitter.line(`${shared}[me] = ${fold.best!.value};`, `${places}[me] = ${fold.best!.place};`, 'workgroupBarrier();');
    halving(emitter, half, used, [`if (${place} >= 0 && (${bestPlace} < 0 || ${wins})) {`, `  ${best} = ${x};`, `  ${bestPlace} = ${place};`, '}']);
    emitter.line(`let ${result} = max(${places}[0], 0);`);
  } else {
    declarations.push(`var<workgroup> ${shared}: array<${typeName(dtype)}, ${size}>;`);
    emitter.line(`${shared}[me] = ${fold.result};`, 'workgroupBarrier();');
    halving(emitter, half, used, [`${shared}[me] = ${joined(combine, dtype, `${shared}[me]`, `${shared}[me + ${half}]`, emitter)};`]);
    emitter.line(`let ${result} = ${shared}[0];`);
  }
  emitter.bindStage(stage.id, result);
}

function halving(emitter: Emitter, half: string, size: number, body: readonly string[]): void {
  emitter.line(`for (var ${half} = ${size / 2}; ${half} > 0; ${half} /= 2) {`, `  if (me < ${half}) {`, ...body.map((l) => `    ${l}`), '  }', '  workgroupBarrier();', '}');
}
