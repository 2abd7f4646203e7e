/**
 * Pieces: a map whose elements come from one place up to some index and from another beyond it, as those of joined and
 * padded tensors do, is cut there.
 *
 *     out[i, j] = select(j < 256, a[..], b[..])      becomes      out[i, j] = a[..]            for j below 256
 *                                                                 out[i, j + 256] = b[..]      for the rest
 *
 * In each piece the comparison is decided: nothing is loaded that is not used, no index is clamped, and so lanes are
 * neighbours again. Each piece has a plan of its own.
 *
 * Invariant: every point of the grid is in one piece.
 *
 * Reference: index-set splitting, Allen and Kennedy, Optimizing Compilers for Modern Architectures (2001), chapter 5.
 */
import { axisRef, freshAxis, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { linearOf, mapKernel, nestOf, pointsOf, rewriter, simplifier, stageExprs, walk, type Kernel, type Nest } from '@sconce/compiler';
import { chooseDirection } from '../../passes/vector-axis.js';

/** Points from which a map is cut, pieces that it is cut into at most, and what of its cost may be left then. */
const LARGE = 1 << 14;
const MOST_PIECES = 12;
const WORTH = 0.7;

/** The nests of a kernel's pieces: the one given, where there is nothing to cut or nothing to gain. */
export function piecesOf(kernel: Kernel, whole: Nest): readonly Nest[] {
  const { grid, stages, buffers } = kernel;
  if (pointsOf(grid) < LARGE || buffers.some((b) => b.scope === 'row') || !stages.every((s) => s.kind === 'store' && s.axes.length === 0)) return [whole];
  const cuts = cutsOf(kernel);
  const count = [...cuts.values()].reduce((n, places) => n * (places.size + 1), 1);
  if (count === 1 || count > MOST_PIECES) return [whole];
  const pieces = grid.reduce((parts, axis) => parts.flatMap((p) => cutAlong(p, axis, cuts.get(axis) ?? new Set())), [kernel]);
  const nests = pieces.map(nestOf);
  return nests.reduce((sum, n) => sum + costOf(kernel, n), 0) < WORTH * costOf(kernel, whole) ? nests : [whole];
}

const costOf = (kernel: Kernel, nest: Nest): number => chooseDirection(kernel, nest).cost * pointsOf(nest.grid);

/** Where comparisons of an axis with a number change, for each axis that has such places. */
function cutsOf(kernel: Kernel): Map<Axis, Set<number>> {
  const cuts = new Map<Axis, Set<number>>();
  walk(kernel.stages.flatMap(stageExprs), (x) => {
    const includesZero = COMPARED[x.op];
    if (includesZero === undefined || x.args[0].dtype !== 'int32') return;
    const { constant, terms } = linearOf(e.sub(x.args[0], x.args[1]));
    const [[atom, k]] = terms.size === 1 ? terms : [[x, 0]];
    if (atom.op !== 'axis' || !kernel.grid.includes(atom.axis)) return;
    const zero = -constant / k;
    const at = includesZero === k > 0 ? Math.floor(zero) + 1 : Math.ceil(zero);
    if (at > 0 && at < atom.axis.extent) cuts.set(atom.axis, (cuts.get(atom.axis) ?? new Set()).add(at));
  });
  return cuts;
}

/** Whether what is compared is on the same side where both are equal as where the first is less. */
const COMPARED: Readonly<Record<string, boolean | undefined>> = { lt: false, ge: false, le: true, gt: true, min: true, max: true };

function cutAlong(kernel: Kernel, axis: Axis, cuts: ReadonlySet<number>): Kernel[] {
  const ends = [0, ...[...cuts].sort((a, b) => a - b), axis.extent];
  if (ends.length === 2) return [kernel];
  return ends.slice(1).map((to, n) => {
    const from = ends[n];
    const own = freshAxis(to - from, axis.label);
    const moved = e.add(axisRef(own), from);
    const simplify = simplifier();
    const place = rewriter((x: Expr) => (x.op === 'axis' && x.axis === axis ? moved : x));
    return { ...mapKernel(kernel, (x) => simplify(place(x))), grid: kernel.grid.map((a) => (a === axis ? own : a)) };
  });
}
