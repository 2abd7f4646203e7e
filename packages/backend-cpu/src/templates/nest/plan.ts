/**
 * Planning a nest: which axis gives the lanes, and in which form the points are walked.
 *
 *   points   at each point, or vector of points, all sweeps
 *   tiles    four rows by four columns at once, turned in registers: maps that read across their lanes
 *   sheets   each sweep over all points of a unit, step by step: stores and scatters along many outer steps
 *   shares   rows of a scatter's target, and what goes to them
 *
 * Invariant: plans depend on the kernel alone, so that threads change no result.
 */
import type { Axis } from '@sconce/core';
import { pointsOf, type Kernel, type Nest, type Stage, type Sweep } from '@sconce/compiler';
import { LANES } from '../../code/vector.js';
import { chooseDirection, companionOf, type Direction } from '../../passes/vector-axis.js';
import { shareOf, type Share } from './share.js';

export type Form = 'points' | 'tiles' | 'sheets' | 'shares';

export interface NestPlan {
  readonly nest: Nest;
  readonly direction: Direction;
  readonly form: Form;
  /** Axes that a unit fixes, outermost first; of tiles, without the companion. */
  readonly outer: readonly Axis[];
  /** The axis that a unit runs along. */
  readonly inner: Axis | null;
  /** The axis of a tile's rows. */
  readonly companion: Axis | null;
  /** How rows of a scatter's target are shared. */
  readonly share: Share | null;
  /** Points of a unit along the inner axis, of tiles along the companion, of shares along the rows. */
  readonly block: number;
  readonly blocks: number;
  /** Vectors of grid points, or points, that go through the sweeps together. */
  readonly columns: number;
}

/** Points of one unit along the inner axis, at most and at least. */
const BLOCK = 4096;
const LEAST_BLOCK = 64;
/** Units that there should be, to be shared. */
const UNITS = 16;
/** Running sums of vectors that registers hold beside what is added. */
const ACCUMULATORS = 8;
/** Steps of a sweep that are few, as those of a window: it reads little of each cache line's column. */
const WINDOW = 16;
/** Steps of a sweep at all points up to which it takes microseconds in any form: the shortest is built soonest. */
export const FEW_STEPS = 1 << 12;
/** Points from which a map is large. */
const LARGE = 1 << 14;
/** Rows of a unit of tiles: a cache line of 4-byte elements at least; of many rows several, since each column is on a page of its own. */
const TILE_ROWS = 16;
const MOST_TILE_ROWS = 64;

export function planNest(kernel: Kernel, nest: Nest): NestPlan {
  const { direction, axis } = chooseDirection(kernel, nest);
  const inner = direction === 'stage' ? null : axis;
  const others = nest.grid.filter((a) => a !== inner);
  const companion = direction === 'grid' ? companionOf(kernel, nest, inner!) : null;
  const outer = others.filter((a) => a !== companion);
  const share = direction === 'grid' ? shareOf(kernel, nest, inner!) : null;
  const form = companion !== null ? 'tiles' : share !== null ? 'shares' : direction === 'grid' && runsInSheets(kernel, nest) ? 'sheets' : 'points';
  const cut = companion ?? share?.axis ?? inner;
  const block = companion !== null ? tileRows(companion, outer) : (share?.block ?? blockOf(nest, inner, outer));
  return {
    nest, direction, form, outer, inner, companion, share, block,
    blocks: cut === null ? 1 : Math.ceil(cut.extent / block),
    columns: form === 'points' ? columnsOf(kernel, nest, direction, inner) : 1,
  };
}

const isPlain = (s: Stage): boolean => s.kind === 'store' || s.kind === 'scatter';

/** Whether sweeps may run one after the other over all points, and have steps of their own. */
const runsInSheets = (kernel: Kernel, { sweeps }: Nest): boolean =>
  kernel.buffers.every((b) => b.scope === 'global') &&
  sweeps.every((s) => s.stages.every(isPlain)) &&
  sweeps.some((s) => s.axes.length > 0);

function tileRows(companion: Axis, outer: readonly Axis[]): number {
  const even = Math.floor((companion.extent * pointsOf(outer)) / UNITS / TILE_ROWS) * TILE_ROWS;
  return Math.min(Math.max(even, TILE_ROWS), MOST_TILE_ROWS);
}

/** Where a point is long work, blocks are short. */
function blockOf({ sweeps }: Nest, inner: Axis | null, outer: readonly Axis[]): number {
  if (inner === null || sweeps.every((s) => s.axes.length === 0)) return BLOCK;
  const even = Math.ceil((inner.extent * pointsOf(outer)) / UNITS / LEAST_BLOCK) * LEAST_BLOCK;
  return Math.min(Math.max(even, LEAST_BLOCK), BLOCK);
}

/** Whether values are stored at more points than building a longer loop costs. */
const isLargeMap = ({ grid }: Kernel, sweeps: readonly Sweep[], direction: Direction): boolean =>
  direction === 'grid' && pointsOf(grid) >= LARGE && sweeps.every((s) => s.stages.every((x) => x.kind === 'store'));

/**
 * Large maps take two vectors side by side: a processor looks only so far ahead, and long formulas are chains. Reductions
 * and scans over outer axes read several, so that whole cache lines are used. Scans along memory wait for one sum after the
 * other, so several go along together.
 */
function columnsOf(kernel: Kernel, { grid, sweeps }: Nest, direction: Direction, inner: Axis | null): number {
  if (inner === null || kernel.buffers.some((b) => b.scope === 'row')) return 1;
  const walks = sweeps.filter((s) => s.axes.length > 0);
  if (walks.length === 0) return isLargeMap(kernel, sweeps, direction) ? 2 : 1;
  if (walks.length > 2 || sweeps.length > 3 || walks.every((s) => pointsOf(s.axes) * pointsOf(grid) <= FEW_STEPS)) return 1;
  const scans = walks.some((s) => s.stages.some((x) => x.kind === 'scan'));
  if (direction !== 'grid') return scans && inner.extent >= LANES ? LANES : 1;
  if (!scans && !walks.every((s) => s.stages.every((x) => x.kind === 'reduce'))) return 1;
  const together = Math.max(...walks.map((s) => s.stages.length));
  const most = scans ? 4 : walks.every((s) => pointsOf(s.axes) <= WINDOW) ? 2 : ACCUMULATORS / together;
  return [8, 4, 2].find((c) => c <= most && inner.extent >= c * LANES) ?? 1;
}
