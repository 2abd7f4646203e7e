/**
 * The team: one workgroup for each grid point, whose invocations share the loops of its sweeps. Neighbouring invocations
 * take neighbouring values; what each has joined is joined in workgroup memory by halves, with a barrier after each. Where
 * there are subgroups, there is one barrier, after which every subgroup joins all that is there: its members some each,
 * then with each other.
 *
 * Invariant: barriers and shuffles stand where all invocations of a workgroup pass; results without axes of their own are
 * stored by the first. Nothing depends on which invocations form a subgroup.
 *
 * Reference: M. Harris, Optimizing parallel reduction in CUDA (2007); WGSL section 17.13 (subgroup functions).
 */
import { axisRef, freshAxis, type Axis, type ComputeType } from '@sconce/core';
import { Interner, mapKernel, mapStage, nestOf, pointsOf, simplifier, stageExprs, type Kernel, type ReduceStage, type Stage } from '@sconce/compiler';
import { Emitter } from '../wgsl/emitter.js';
import { beats, foldOf, isArg, joined, type Fold } from '../wgsl/fold.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { typeName } from '../wgsl/spelling.js';
import { substitution, unflatten } from './axes.js';

/** The invocations of a team, and whether they form whole subgroups. */
export interface Team {
  readonly size: number;
  readonly subgroups: boolean;
}

/** One kernel of reductions and stores, with a team for each grid point. */
export function teamProgram(given: Kernel, team: Team): Program {
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
    if (isRow) emitSweep(emitter, along, stages, team, declarations);
    else emitOnce(emitter, stages);
  }
  return assemble({ kernel: { ...kernel, grid: given.grid }, emitter, workgroupSize: team.size, workgroups: points, declarations, subgroups: team.subgroups });
}

function emitOnce(emitter: Emitter, stages: readonly Stage[]): void {
  emitter.open();
  for (const s of stages) if (s.kind === 'store') emitter.store(s.slot, s.index, s.value);
  emitter.close('if (me == 0) {');
}

function emitSweep(emitter: Emitter, along: Axis, stages: readonly Stage[], team: Team, declarations: string[]): void {
  const { size } = team;
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
  for (const [s, fold] of folds) emitJoin(emitter, s, joiningOf(emitter, s, fold), Math.min(size, 2 ** Math.ceil(Math.log2(along.extent))), team, declarations);
}

// ── joining what the invocations hold ────────────────────────────────────────────────────────────────────────────────

/** What an invocation holds, as one part or as several that belong together, and how two of them become one. */
interface Joining {
  readonly parts: readonly { readonly label: string; readonly dtype: ComputeType; readonly value: string }[];
  /** Joins the second into the first, which are variables. */
  readonly join: (into: readonly string[], from: readonly string[]) => readonly string[];
  readonly result: (parts: readonly string[]) => string;
}

function joiningOf(emitter: Emitter, { combine, value: { dtype } }: ReduceStage, fold: Fold): Joining {
  if (!isArg(combine)) {
    return {
      parts: [{ label: combine, dtype, value: fold.result }],
      join: ([a], [b]) => [`${a} = ${joined(combine, dtype, a, b, emitter)};`],
      result: ([a]) => a,
    };
  }
  return {
    parts: [{ label: combine, dtype, value: fold.best!.value }, { label: 'place', dtype: 'int32', value: fold.best!.place }],
    join: ([best, bestPlace], [x, place]) => {
      // The other's best wins when it beats ours; when neither beats the other, the one that stood first.
      const wins = `${beats(combine, dtype, x, best, emitter)} || (!${beats(combine, dtype, best, x, emitter)} && ${place} < ${bestPlace})`;
      return [`if (${place} >= 0 && (${bestPlace} < 0 || ${wins})) {`, `  ${best} = ${x};`, `  ${bestPlace} = ${place};`, '}'];
    },
    result: ([, place]) => `max(${place}, 0)`,
  };
}

/** Joins what the first `used` invocations hold, and binds the result. */
function emitJoin(emitter: Emitter, stage: ReduceStage, { parts, join, result }: Joining, used: number, { size, subgroups }: Team, declarations: string[]): void {
  const arrays = parts.map(({ label }) => emitter.fresh(`shared_${label}`));
  parts.forEach(({ dtype, value }, i) => {
    declarations.push(`var<workgroup> ${arrays[i]}: array<${typeName(dtype)}, ${size}>;`);
    emitter.line(`${arrays[i]}[me] = ${value};`);
  });
  emitter.line('workgroupBarrier();');
  const at = (index: string): string[] => arrays.map((a) => `${a}[${index}]`);
  let whole = at('0');
  if (subgroups) {
    const own = parts.map(({ label }) => emitter.fresh(`own_${label}`));
    const [other, apart] = [emitter.fresh('other'), emitter.fresh('apart')];
    const others = parts.map(({ label }) => emitter.fresh(`others_${label}`));
    emitter.line(...own.map((name, i) => `var ${name} = ${arrays[i]}[member];`));
    emitter.line(`for (var ${other} = member + members; ${other} < ${used}u; ${other} += members) {`, ...indented(join(own, at(other))), '}');
    emitter.line(
      `for (var ${apart} = members / 2u; ${apart} > 0u; ${apart} /= 2u) {`,
      ...indented([...parts.map(({ dtype }, i) => `let ${others[i]} = ${shuffled(dtype, own[i], apart)};`), ...join(own, others)]),
      '}',
    );
    whole = own;
  } else {
    const half = emitter.fresh('half');
    emitter.line(`for (var ${half} = ${used / 2}; ${half} > 0; ${half} /= 2) {`);
    emitter.line(...indented([`if (me < ${half}) {`, ...indented(join(at('me'), at(`me + ${half}`))), '}', 'workgroupBarrier();']), '}');
  }
  const name = emitter.fresh(stage.combine);
  emitter.line(`let ${name} = ${result(whole)};`);
  emitter.bindStage(stage.id, name);
}

const indented = (lines: readonly string[]): string[] => lines.map((l) => `  ${l}`);

/** The value that the member so far apart holds. Truth values are not shuffled. */
const shuffled = (dtype: ComputeType, name: string, apart: string): string =>
  dtype === 'bool' ? `(subgroupShuffleXor(u32(${name}), ${apart}) != 0u)` : `subgroupShuffleXor(${name}, ${apart})`;
