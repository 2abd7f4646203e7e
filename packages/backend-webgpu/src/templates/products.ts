/**
 * What the templates of contractions share: operands as functions of row, column and step, and the results of a tile.
 *
 * Columns are computed in fours. Rows and columns beyond the end repeat the last ones, so that everything that is loaded
 * exists, and are not stored.
 *
 * Invariant: one result is stored once, by one invocation.
 */
import { stageRef, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { mapStage, pointsOf, rewriter, stageExprs, walk, type Contraction, type Kernel, type StoreStage } from '@sconce/compiler';
import type { Emitter } from '../wgsl/emitter.js';
import { axisOrZero, substitution, unflatten } from './axes.js';

/** A contraction with its axes gathered into row, column and step. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly steps: number;
  readonly batches: number;
  a(row: Expr, step: Expr): Expr;
  b(step: Expr, column: Expr): Expr;
  /** The stores of one result, whose sum is the stage `id`. */
  stores(row: Expr, column: Expr, id: number): StoreStage[];
}

export function productOf({ a, b, batch, m, n, reduce, epilogue }: Contraction, batchAxis: Axis, simplify: (x: Expr) => Expr): Product {
  const zero = e.const(0, 'int32');
  const at = (x: Expr, row: Expr, column: Expr, step: Expr): Expr =>
    simplify(substitution(new Map([...unflatten(batch, axisOrZero(batchAxis)), ...unflatten(m, row), ...unflatten(n, column), ...unflatten(reduce.axes, step)]))(x));
  return {
    rows: pointsOf(m),
    columns: pointsOf(n),
    steps: pointsOf(reduce.axes),
    batches: pointsOf(batch),
    a: (row, step) => at(a, row, zero, step),
    b: (step, column) => at(b, zero, column, step),
    stores(row, column, id) {
      const rename = rewriter((x) => (x.op === 'stage' && x.id === reduce.id ? stageRef(id, x.dtype) : x));
      return epilogue.map((s) => mapStage(s, (x) => at(rename(x), row, column, zero)) as StoreStage);
    },
  };
}

/** `first + 0 … count − 1`. */
export const following = (first: Expr, count: number, simplify: (x: Expr) => Expr): Expr[] =>
  Array.from({ length: count }, (_, n) => simplify(e.add(first, n)));

/** `x`, or the last of n where x is beyond. */
export const inside = (x: Expr, n: number, simplify: (x: Expr) => Expr): Expr => simplify(e.min(x, n - 1));

/** The four columns of a quarter, kept inside. Fours that fit stay whole, so that they can be one load. */
export function fourColumns(quarter: Expr, columns: number, lane: Expr, simplify: (x: Expr) => Expr): Expr {
  const four = (q: Expr): Expr => simplify(e.add(e.mul(q, 4), lane));
  return columns % 4 === 0 ? four(inside(quarter, columns / 4, simplify)) : inside(four(quarter), columns, simplify);
}

/** The slots that are only ever accessed as vectors of four that lie on multiples of four. */
export function vectorSlots(kernel: Kernel, emitter: Emitter, exprs: readonly Expr[], stores: readonly StoreStage[] = []): Set<number> {
  const all = new Set<number>();
  const scalar = new Set<number>();
  const see = (slot: number, index: Expr): void => {
    all.add(slot);
    const fits = kernel.buffers[slot].size % 4 === 0 && emitter.isVector(index) && emitter.vectorIndex(index) !== null;
    if (!fits) scalar.add(slot);
  };
  walk([...exprs, ...stores.flatMap(stageExprs)], (x) => {
    if (x.op === 'load') see(x.slot, x.args[0]);
  });
  stores.forEach((s) => see(s.slot, s.index));
  return new Set([...all].filter((slot) => !scalar.has(slot)));
}

/** The results that one invocation holds: rows, and quarters of columns. */
export interface ResultTile {
  readonly rows: readonly Expr[];
  readonly quarters: readonly Expr[];
  readonly lane: Expr;
}

/** The name of the accumulator of a row and a four of columns. */
export const sumName = (tile: ResultTile, r: number, c: number): string => `sum${r * tile.quarters.length + c}`;

/** All stores of a tile, by row and four of columns. */
export function tileStores(product: Product, { rows, quarters, lane }: ResultTile, simplify: (x: Expr) => Expr): StoreStage[][][] {
  return rows.map((row, r) =>
    quarters.map((quarter, c) =>
      product.stores(inside(row, product.rows, simplify), fourColumns(quarter, product.columns, lane, simplify), stageOf(r, c, quarters.length)),
    ),
  );
}

/** Identities of a tile's sums; those of the compiler are positive. */
const stageOf = (r: number, c: number, fours: number): number => -1 - r * fours - c;

/** Prints the stores of a tile, each row and four under the condition that it exists. */
export function emitStores(emitter: Emitter, product: Product, tile: ResultTile, stores: readonly (readonly (readonly StoreStage[])[])[], covers: { readonly rows: boolean; readonly columns: boolean }): void {
  emitter.announce(stores.flat(2).flatMap(stageExprs));
  const whole = product.columns % 4 === 0;
  const under = (condition: string | null, body: () => void): void => {
    if (condition === null) return body();
    emitter.open();
    body();
    emitter.close(`if (${condition}) {`);
  };
  tile.rows.forEach((row, r) =>
    under(covers.rows ? null : `${emitter.value(row)} < ${product.rows}`, () =>
      tile.quarters.forEach((quarter, c) =>
        under(covers.columns || !whole ? null : `${emitter.value(quarter)} < ${product.columns / 4}`, () => {
          emitter.bindStage(stageOf(r, c, tile.quarters.length), sumName(tile, r, c), 4);
          const exists = covers.columns || whole ? null : e.lt(e.add(e.mul(quarter, 4), tile.lane), product.columns);
          for (const s of stores[r][c]) emitter.store(s.slot, s.index, s.value, exists === null ? null : emitter.options.simplify(exists));
        }),
      ),
    ),
  );
}
