/**
 * The kernel IR: what a backend prints. A kernel is a grid of independent points; at each point its stages run in order.
 *
 *   kernel rows_softmax grid n:64
 *     max1 = reduce max r:10   x[n*10 + r]
 *     store r:10               t[r] = exp(x[n*10 + r] - max1)
 *     sum2 = reduce sum r:10   t[r]
 *     store r:10               y[n*10 + r] = t[r] / sum2
 *
 * Map, reduction, matrix product with epilogue, softmax and layer norm are all this one form; a target picks a template
 * by structure (`contractOf`, a row, a plain grid).
 *
 * Invariant: every axis in an expression is of the grid, of its stage, or bound by nothing else; a stage refers only to
 * reduce stages before it; slots index `buffers`; grid points may run in any order and on any thread, except in kernels
 * with a scatter stage, whose points of the stage's own axes run in order.
 *
 * Reference: Tillet et al., Triton (MAPL 2019), for programs over independent grid points.
 */
import { axisRef, withArgs, type Axis, type Combine, type ComputeType, type DType, type Expr } from '@sconce/core';
import { memoized } from '../expr/memoized.js';

/** How a buffer holds its elements: a dtype, or the bits of a 16-bit float once conversions are explicit. */
export type StorageType = DType | 'bits16';

export interface Buffer {
  /** What it is for people: `x`, `w`, `out`. */
  readonly label: string;
  readonly storage: StorageType;
  /** Elements. For a row buffer, those of one grid point. */
  readonly size: number;
  readonly access: 'read' | 'write' | 'readwrite';
  /** 'row': private to a grid point, its content is gone after it. */
  readonly scope: 'global' | 'row';
}

export interface ReduceStage {
  readonly kind: 'reduce';
  /** What `stage` expressions call it. */
  readonly id: number;
  readonly combine: Combine;
  readonly axes: readonly Axis[];
  readonly value: Expr;
  readonly dtype: ComputeType;
}

/** Stores at every point of `axes` (once, when there are none). */
export interface StoreStage {
  readonly kind: 'store';
  readonly axes: readonly Axis[];
  readonly slot: number;
  readonly index: Expr;
  readonly value: Expr;
}

/** Runs along `axis` in order and stores the running combination at every step. */
export interface ScanStage {
  readonly kind: 'scan';
  readonly axis: Axis;
  readonly combine: Combine;
  readonly slot: number;
  readonly index: Expr;
  readonly value: Expr;
}

/** Runs over `axes` in order and combines `value` into `slot[index]`. */
export interface ScatterStage {
  readonly kind: 'scatter';
  readonly axes: readonly Axis[];
  readonly combine: 'set' | 'sum' | 'prod' | 'max' | 'min';
  readonly slot: number;
  readonly index: Expr;
  readonly value: Expr;
}

/** A step at every point of a kernel's grid. */
export type Stage = ReduceStage | StoreStage | ScanStage | ScatterStage;

/** A grid of points, and what happens at each, stage by stage. */
export interface Kernel {
  /** Readable and stable: what it does and over which sizes. */
  readonly name: string;
  /** Outermost first. Empty for a kernel of one point. */
  readonly grid: readonly Axis[];
  readonly stages: readonly Stage[];
  readonly buffers: readonly Buffer[];
  /** Types of the runtime scalars, by slot. */
  readonly scalars: readonly ComputeType[];
}

// ── walking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The axes that a stage runs over, besides the grid's. */
export const stageAxes = (stage: Stage): readonly Axis[] => (stage.kind === 'scan' ? [stage.axis] : stage.axes);

/** Whether a stage may join others in a sweep: not one that runs in order. */
export const mergeable = ({ kind }: Stage): boolean => kind === 'reduce' || kind === 'store';

/** The expressions of a stage: its value, and its index where it has one. */
export const stageExprs = (stage: Stage): readonly Expr[] =>
  stage.kind === 'reduce' ? [stage.value] : [stage.value, stage.index];

/** The same stage with every expression mapped. */
export const mapStage = (stage: Stage, f: (x: Expr) => Expr): Stage =>
  stage.kind === 'reduce'
    ? { ...stage, value: f(stage.value) }
    : { ...stage, value: f(stage.value), index: f(stage.index) };

/** A kernel with all its expressions replaced. */
export const mapKernel = (kernel: Kernel, f: (x: Expr) => Expr): Kernel => ({
  ...kernel,
  stages: kernel.stages.map((s) => mapStage(s, f)),
});

/** Every distinct expression object below these, children first. */
export function exprsIn(roots: readonly Expr[]): Expr[] {
  const found = new Set<Expr>();
  const go = (x: Expr): void => {
    if (found.has(x)) return;
    for (const a of x.args) go(a);
    found.add(x);
  };
  roots.forEach(go);
  return [...found];
}

/** Calls `visit` once for every distinct expression object below these. */
export const walk = (roots: readonly Expr[], visit: (x: Expr) => void): void => exprsIn(roots).forEach(visit);

/** The identities of the axes in an expression. */
export const axesIn: (x: Expr) => ReadonlySet<number> = /* @__PURE__ */ memoized((x) =>
  new Set(exprsIn([x]).flatMap((y) => (y.op === 'axis' ? [y.axis.id] : []))),
);

/** The stages whose results a stage uses. */
export const usedBy = (stage: Stage): ReadonlySet<number> => new Set(exprsIn(stageExprs(stage)).flatMap((x) => (x.op === 'stage' ? [x.id] : [])));

/** Rebuilds an expression bottom-up, each distinct object once; `f` sees it with its children already rebuilt. */
export function rewriter(f: (x: Expr) => Expr): (x: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  const go = (x: Expr): Expr => {
    let y = done.get(x);
    if (y === undefined) {
      y = f(withArgs(x, x.args.map(go)));
      done.set(x, y);
    }
    return y;
  };
  return go;
}

/** Stages whose slots are numbered anew, by where they stand in these lists. */
export function withSlots(stages: readonly Stage[], slots: readonly number[], scalars: readonly number[]): Stage[] {
  const rename = rewriter((x) =>
    x.op === 'load' ? { ...x, slot: slots.indexOf(x.slot) } : x.op === 'scalar' ? { ...x, slot: scalars.indexOf(x.slot) } : x,
  );
  return stages.map((s): Stage => {
    const t = mapStage(s, rename);
    return t.kind === 'reduce' ? t : { ...t, slot: slots.indexOf(t.slot) };
  });
}

/** Puts axes in the place of others, which it knows by their identities. */
export const axisRenamer = (to: ReadonlyMap<number, Axis>): ((x: Expr) => Expr) =>
  rewriter((x) => (x.op === 'axis' && to.has(x.axis.id) ? axisRef(to.get(x.axis.id)!) : x));

/** A stage with other axes in the place of these. */
export function renameAxes(stage: Stage, to: ReadonlyMap<number, Axis>): Stage {
  const moved = mapStage(stage, axisRenamer(to));
  return moved.kind === 'scan' ? moved : { ...moved, axes: moved.axes.map((a) => to.get(a.id) ?? a) };
}

/** Product of the axes' extents. */
export const pointsOf = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.extent, 1);
