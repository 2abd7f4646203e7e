/**
 * The tile: the innermost loop of a contraction. `rows`×`vectors` sums in registers, one step of the sum at a time.
 *
 *     for k: for r: for v:  c[r][v] += a[k][r] · b[k][v]
 *
 * Tiles are small enough that sums, one row of b and one value of a fit the 16 vector registers of x64: what does not
 * is spilled inside the loop. Several steps are taken in one round, with a look for the end after each: V8 puts all loads
 * between two branches before the arithmetic, and those of one step are as many as registers hold.
 *
 * The sum of each block starts from 0 and is added to the others, so that rounding errors grow with the length of a block.
 *
 * Invariant: lanes beyond the last column hold rubbish and are never stored outside of scratch.
 */
import type { KernelModule } from '../../code/kernel-module.js';
import { loop, set, store, when, type Statement } from '../../code/statement.js';
import type { Memory, Term } from '../../code/term.js';
import type { Callable, Op } from '../../wasm/index.js';
import { PANEL, panelBytes } from './panels.js';
import type { ContractPlan } from './plan.js';

/** The block of results in scratch. */
export const SUMS: Memory = { kind: 'memory', name: 'sums' };

/** Bytes from row to row and from step to step of what the tile reads. */
export interface Pitches {
  readonly aRow: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly cRow: number;
}

/**
 * Adds the function `tile(a, b, c, steps, more, tiles)`: c = a·b, or c += a·b when `more` is not 0, for this many tiles
 * side by side. `fused` says whether the engine has a multiply-add of one rounding.
 */
export function addTile(module: KernelModule, plan: ContractPlan, rows: number, vectors: number, pitches: Pitches, fused: boolean): Callable {
  const shape = plan.dtype === 'float32' ? 'f32x4' : 'f64x2';
  const unroll = rows === plan.mr && vectors === plan.nv ? plan.unroll : 1;
  const key = JSON.stringify([plan.bytes, plan.nr, unroll, fused, plan.b.direct === null, pitches]);
  return module.helper(`tile_${rows}x${vectors}`, ['a', 'b', 'c', 'steps', 'more', 'tiles'], ({ terms: t }, { a, b, c, steps, more, tiles }) => {
    const column = t.variable('pc', 'i32');
    const panel = t.variable('panel', 'i32');
    const grid = <T>(make: (r: number, v: number) => T): T[] =>
      Array.from({ length: rows * vectors }, (_, i) => make(Math.floor(i / vectors), i % vectors));
    const sums = grid((r, v) => t.variable(`c${r}${v}`, 'v128'));
    const sumAt = (r: number, v: number): { base: Term; offset: number } => ({ base: column, offset: r * pitches.cRow + v * 16 });
    const left = t.variable('pa', 'i32');
    const right = t.variable('pb', 'i32');
    const splat = `v128.load${plan.bytes * 8}_splat` as Op;
    const product = (at: Term, u: number, r: number, v: number): Term => {
      const x = t.load(splat, { base: at, offset: r * pitches.aRow }, PANEL);
      const y = t.load('v128.load', { base: right, offset: u * pitches.bStep + v * 16 }, PANEL);
      const sum = sums[r * vectors + v];
      return fused ? t.op(`${shape}.relaxed_madd` as Op, x, y, sum) : t.op(`${shape}.add` as Op, sum, t.op(`${shape}.mul` as Op, x, y));
    };
    const end = t.add(a, t.scale(steps, pitches.aStep));
    /** The steps of a round from this one on. */
    const stepsFrom = (u: number): Statement[] => {
      const at = t.add(left, u * pitches.aStep);
      const step = grid((r, v) => set(sums[r * vectors + v], product(at, u, r, v)));
      return u + 1 < unroll ? [...step, when(t.op('i32.lt_u', t.add(at, pitches.aStep), end), stepsFrom(u + 1))] : step;
    };
    const one = [
      ...sums.map((s) => set(s, t.splat(shape, 0))),
      set(right, panel),
      loop(left, a, end, unroll * pitches.aStep, [...stepsFrom(0), set(right, t.add(right, unroll * pitches.bStep))]),
      when(more, grid((r, v) => set(sums[r * vectors + v], t.op(`${shape}.add` as Op, sums[r * vectors + v], t.load('v128.load', sumAt(r, v), SUMS))))),
      ...grid((r, v) => store('v128.store', sumAt(r, v), sums[r * vectors + v], SUMS)),
      set(panel, t.add(panel, plan.b.direct === null ? panelBytes(t, plan, plan.nr, steps) : t.i32(vectors * 16))),
    ];
    return [set(panel, b), loop(column, c, t.add(c, t.scale(tiles, vectors * 16)), vectors * 16, one)];
  }, key);
}
