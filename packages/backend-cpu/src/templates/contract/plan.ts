/**
 * Planning a contraction: which operand gives the lanes, how large the tiles and blocks are, which operands are packed.
 *
 *     out[b, m, n] = epilogue(sum over k of a[b, m, k] · b[b, k, n])
 *
 * The lanes run along n, which is whatever memory of the result runs along; a is broadcast. A tile is `mr` rows of `nv`
 * vectors. A unit is a block of rows and columns of one batch.
 *
 * Float32 products are summed in float32, as everywhere, or in float64 where there are so few that nobody waits for them.
 *
 * Invariant: which values are added in which order depends on the sizes alone.
 *
 * Reference: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008); docs/performance.md.
 */
import { freshAxis, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { collapse, contractOf, linearOf, pointsOf, type Kernel, type Nest, type Stage } from '@sconce/compiler';
import { LANES } from '../../code/vector.js';
import { strideOf } from '../../passes/vector-axis.js';
import { loadCost, oriented } from './orient.js';
import { tileShape, type Engine } from './shape.js';

/** An operand as the template reads it. */
export interface Operand {
  readonly expr: Expr;
  /** Its rows: the m axes of a, the n axes of b, collapsed as far as its own indices allow. */
  readonly rows: readonly Axis[];
  /** The summed axes: one, where its indices allow it, or those of the plan. */
  readonly k: readonly Axis[];
  /** Which of its axes are neighbours in memory. */
  readonly along: 'rows' | 'depth';
  /** Elements from row to row and from step to step where it is read in place; null where it is packed. */
  readonly direct: { readonly row: number; readonly depth: number } | null;
}

/** How the summed axes are cut: those before `axis` and pieces of `step` along it are blocks. */
export interface DepthBlocks {
  readonly axis: number;
  readonly step: number;
  readonly count: number;
  /** Steps of the sum in a whole block. */
  readonly length: number;
}

export interface ContractPlan {
  /** What products are summed in. */
  readonly dtype: 'float32' | 'float64';
  /** What the sum is then. */
  readonly result: 'float32' | 'float64';
  readonly bytes: number;
  readonly reduceId: number;
  readonly batch: readonly Axis[];
  /** The rows and columns of the result, which its epilogue names; an operand may have them collapsed. */
  readonly m: readonly Axis[];
  readonly n: readonly Axis[];
  readonly k: readonly Axis[];
  readonly a: Operand;
  readonly b: Operand;
  readonly sizes: { readonly batch: number; readonly m: number; readonly n: number; readonly k: number };
  /** Whether b is read along its rows, with the sums of all rows of the result in memory. */
  readonly isThin: boolean;
  readonly mr: number;
  /** Vectors and elements of a tile's row. */
  readonly nv: number;
  readonly nr: number;
  /** Steps of the sum in one round of the tile's loop. */
  readonly unroll: number;
  readonly depth: DepthBlocks;
  /** How many units share the blocks of a sum, where rows and columns are too few to share; their sums are added at last. */
  readonly parts: number;
  /** Whether an operand is packed as a whole by all threads, before the units. */
  readonly sharesA: boolean;
  readonly sharesB: boolean;
  /** Rows of a that are packed at a time. */
  readonly ma: number;
  /** Rows and columns of a unit. */
  readonly mc: number;
  readonly nc: number;
  readonly epilogue: readonly Stage[];
}

/** Multiplications below which looping is as good. */
const FEW = 2048;
/** Multiplications below which float32 products are summed in float64, which costs little there: of any sum, of a long one. */
const SMALL = 1 << 17;
const SMALL_LONG = 1 << 19;
const LONG = 64;
/** Steps of the sum in one round, and multiplications from which that is worth the longer code. */
const UNROLL = 8;
const UNROLL_WORK = 1 << 21;
/** Steps of the sum in one block, columns and rows of one unit; more columns where each unit packs a. */
const DEPTH = 256;
const COLUMNS = 128;
const MANY_COLUMNS = 512;
const ROWS = 256;
/** Columns and rows that units are not cut below for the sake of there being more of them. */
const NARROW = 32;
const LOW = 64;
/** Columns from which a is packed even where it could be read in place: its rows may fall into the same sets of the first cache. */
const MANY_READS = 1024;
/** Rows of a packed at a time where they are neighbours in memory: a cache line. */
const LINE = 16;
/** Rows up to which packing b is not worth while; columns and bytes of b from which it is read along its rows then. */
const THIN = 8;
const WIDE = 64;
const LARGE = 1 << 18;
/** Sums of a unit that lie in the first cache then. */
const THIN_SUMS = 4096;
/** Results up to which a long sum is cut, and into how many parts. */
const FEW_RESULTS = 8192;
const MOST_PARTS = 16;
/** Bytes of an operand up to which it is packed as a whole. */
const SHARED = 1 << 25;
/** Multiplications from which long sums are cut. */
const SHARED_WORK = 1 << 20;
/** Units that there should be, for threads to share, and multiplications in each of them at least. */
const UNITS = 16;
const UNIT_WORK = 1 << 20;

/** The plan for a kernel that is a contraction and large enough to be worth tiles; null for any other. */
export function planContract(kernel: Kernel, { grid, sweeps }: Nest, engine: Engine): ContractPlan | null {
  const found = contractOf({ grid, stages: sweeps.flatMap((s) => s.stages) });
  if (found === null) return null;
  if (kernel.buffers.some((b) => b.scope === 'row')) return null;
  const c = oriented(found);
  if (c === null) return null;
  const sizes = { batch: pointsOf(c.batch), m: pointsOf(c.m), n: pointsOf(c.n), k: pointsOf(c.k) };
  if (sizes.n < 2 || sizes.k < 4 || sizes.batch === 0 || sizes.m * sizes.n * sizes.k < FEW) return null;

  const result = found.reduce.dtype as 'float32' | 'float64';
  const work = sizes.batch * sizes.m * sizes.n * sizes.k;
  const dtype = work < (sizes.k > LONG ? SMALL_LONG : SMALL) ? 'float64' : result;
  const bytes = dtype === 'float32' ? 4 : 8;
  const depth = depthBlocks(c.k);
  const readsSeldom = sizes.m <= THIN || sizes.n < MANY_READS;
  const a = operand(kernel, e.cast(c.a, dtype), c.m, c.k, (o) => readsSeldom && (o.depth === 1 || depth.length * o.depth * bytes <= 4096));
  const b = operand(kernel, e.cast(c.b, dtype), c.n, c.k, (o) => o.row === 1 && (sizes.m <= THIN || sizes.k * o.depth * bytes <= 24576));
  const isThin = sizes.m <= THIN && sizes.n >= WIDE && b.direct?.row === 1 && sizes.k * sizes.n * bytes >= LARGE;
  if (sizes.m < 2 && !isThin) return null;
  const vector = 16 / bytes;
  const { mr, nv } = isThin ? { mr: sizes.m, nv: LINE / LANES } : tileShape(sizes.m, sizes.n, dtype, engine);
  const nr = nv * vector;
  const parts = partsOf(sizes, depth, isThin);
  // Blocks begin with a whole tile, and with a whole line.
  const unit = LINE % mr === 0 ? LINE : LINE * mr;
  const sharable = (rows: number): boolean => parts === 1 && sizes.batch * rows * sizes.k * bytes <= SHARED;
  const columns = a.direct === null && !sharable(sizes.m) ? MANY_COLUMNS : COLUMNS;
  const { mc, nc } = isThin ? thinSizes(sizes, nr, parts) : parts > 1 ? partSizes(sizes, nr, unit) : blockSizes(sizes, columns, nr, unit);
  return {
    dtype, result, bytes, reduceId: found.reduce.id, batch: c.batch, m: c.m, n: c.n, k: c.k, a, b, sizes, isThin, mr, nv, nr, depth, parts,
    unroll: work < UNROLL_WORK ? 1 : UNROLL,
    sharesA: a.direct === null && nc < sizes.n && sharable(sizes.m),
    sharesB: b.direct === null && mc < sizes.m && sharable(sizes.n),
    ma: a.along === 'rows' && a.direct === null && sizes.m > LINE && mr === LANES ? LINE : mr,
    mc, nc, epilogue: found.epilogue,
  };
}

function depthBlocks(k: readonly Axis[]): DepthBlocks {
  let axis = 0;
  while (pointsOf(k.slice(axis + 1)) > DEPTH) axis += 1;
  const inner = pointsOf(k.slice(axis + 1));
  const pieces = Math.ceil((k[axis].extent * inner) / DEPTH);
  const step = Math.ceil(k[axis].extent / pieces);
  const count = pointsOf(k.slice(0, axis)) * Math.ceil(k[axis].extent / step);
  return { axis, step, count, length: step * inner };
}

type InPlace = (strides: { row: number; depth: number }) => boolean;

function operand(kernel: Kernel, given: Expr, givenRows: readonly Axis[], givenK: readonly Axis[], inPlace: InPlace): Operand {
  const byRows = collapse(givenRows, [given]);
  const byDepth = collapse(givenK, byRows.exprs);
  const isFlat = byDepth.axes.length === 1;
  const k = isFlat ? byDepth.axes : givenK;
  const rows = byRows.axes.length === 0 ? [freshAxis(1, 'row')] : byRows.axes;
  const [expr] = isFlat ? byDepth.exprs : byRows.exprs;
  const laneCost = (axis: Axis): number => (axis.extent < LANES ? Infinity : loadCost([expr], axis));
  const along = laneCost(k.at(-1)!) < laneCost(rows.at(-1)!) ? 'depth' : 'rows';
  return { expr, rows, k, along, direct: directStrides(kernel, expr, rows, k, inPlace) };
}

/** Strides of an operand that may be read where it lies: a load whose index is linear in one row axis and one depth axis. */
function directStrides(kernel: Kernel, expr: Expr, rows: readonly Axis[], k: readonly Axis[], inPlace: InPlace): Operand['direct'] {
  if (expr.op !== 'load' || rows.length !== 1 || k.length !== 1 || kernel.buffers[expr.slot].access !== 'read') return null;
  if ([...linearOf(expr.args[0]).terms.keys()].some((x) => x.op !== 'axis')) return null;
  const strides = { row: strideOf(expr.args[0], rows[0])!, depth: strideOf(expr.args[0], k[0])! };
  return (strides.row > 0 || rows[0].extent === 1) && strides.depth > 0 && inPlace(strides) ? strides : null;
}

/** Equal blocks of at most `limit` and of whole units. */
function upTo(size: number, limit: number, unit: number): number {
  return Math.ceil(Math.ceil(size / Math.ceil(size / limit)) / unit) * unit;
}

/** Long sums of few rows and columns are cut: operands are packed once then, and threads have something to share. Where b is read along its rows, that takes longer runs of it. */
function partsOf({ batch, m, n, k }: ContractPlan['sizes'], depth: DepthBlocks, isThin: boolean): number {
  const least = isThin ? 2 : MOST_PARTS / 2;
  if (batch > 1 || m * n > (isThin ? THIN * FEW_RESULTS : FEW_RESULTS) || m * n * k < SHARED_WORK || depth.count < least) return 1;
  return Math.min(depth.count, MOST_PARTS);
}

const partSizes = ({ m, n }: ContractPlan['sizes'], nr: number, rows: number): { mc: number; nc: number } => ({
  mc: upTo(m, ROWS, rows), nc: upTo(n, ROWS, nr),
});

const thinSizes = ({ m, n }: ContractPlan['sizes'], nr: number, parts: number): { mc: number; nc: number } => ({
  mc: m, nc: upTo(n, parts === 1 ? MANY_COLUMNS : THIN_SUMS / m, nr),
});

/**
 * Columns of a block when there are to be `count` of them, or a few more: as many as let two threads end together, where
 * there are few units. Seven equal ones leave one thread without work for an eighth of the time.
 */
function evenly(n: number, count: number, others: number, nr: number): number {
  const size = (blocks: number): number => upTo(n, Math.ceil(n / blocks), nr);
  const time = (nc: number): number => Math.ceil((Math.ceil(n / nc) * others) / 2) * nc;
  let best = size(count);
  for (let blocks = count + 1; blocks * others <= UNITS && n / blocks >= NARROW; blocks++) {
    if (time(size(blocks)) < time(best)) best = size(blocks);
  }
  return best;
}

/** Blocks of rows and columns: large, so that operands are read seldom, but several where there is work to share. */
function blockSizes({ batch, m, n, k }: ContractPlan['sizes'], columns: number, nr: number, rows: number): { mc: number; nc: number } {
  const wanted = Math.min(UNITS, Math.floor((batch * m * n * k) / UNIT_WORK)) / batch;
  const count = (size: number, limit: number, least: number, others: number): number =>
    Math.max(Math.ceil(size / limit), Math.floor(Math.min(wanted / others, size / least)), 1);
  const byColumns = count(n, columns, NARROW, Math.ceil(m / ROWS));
  const byRows = count(m, ROWS, LOW, byColumns);
  return { nc: evenly(n, byColumns, byRows * batch, nr), mc: upTo(m, Math.ceil(m / byRows), rows) };
}
