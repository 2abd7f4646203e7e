/**
 * A contraction with a tile of results in the registers of each invocation and no workgroup memory: every element of the
 * operands that an invocation loads takes part in a row or a column of the tile.
 *
 *   for k:  sum(r, c) += a(r, k) * b(k, c)      with columns as vectors of four
 *
 * It is the best form where barriers are dear (software adapters) and where products are small. Where the first operand
 * is contiguous along k, four steps of k are loaded at once.
 *
 * Reference: Goto and van de Geijn, Anatomy of high-performance matrix multiplication (2008), for register tiles.
 */
import { axisRef, freshAxis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { Interner, pointsOf, simplifier, type Contraction, type Kernel } from '@sconce/compiler';
import { Emitter } from '../wgsl/emitter.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { axisOrZero, bindParts } from './axes.js';
import { emitStores, following, fourColumns, inside, productOf, sumName, tileStores, vectorSlots, type ResultTile } from './products.js';

/** Rows and columns that one invocation computes; columns come in fours. */
export interface DirectTile {
  readonly rows: number;
  readonly columns: number;
}

export function directProgram(kernel: Kernel, contraction: Contraction, tile: DirectTile, workgroupSize: number): Program {
  const simplify = simplifier(new Interner());
  const slots = new Set<number>();
  const emitter = new Emitter({ kernel, simplify, vectorSlots: slots });
  const batch = freshAxis(pointsOf(contraction.batch), 'z');
  const product = productOf(contraction, batch, simplify);
  const row = freshAxis(Math.ceil(product.rows / tile.rows), 'row');
  const column = freshAxis(Math.ceil(product.columns / tile.columns), 'column');
  const lane = freshAxis(4, 'lane');
  emitter.bindLane(lane);

  const first = (axis: Expr, count: number): Expr => e.mul(axis, count);
  const results: ResultTile = {
    rows: following(first(axisOrZero(row), tile.rows), tile.rows, simplify),
    quarters: following(first(axisOrZero(column), tile.columns / 4), tile.columns / 4, simplify),
    lane: axisRef(lane),
  };
  const rows = results.rows.map((x) => inside(x, product.rows, simplify));
  const columns = results.quarters.map((q) => fourColumns(q, product.columns, results.lane, simplify));

  const quarter = freshAxis(Math.ceil(product.steps / 4), 'k');
  const fourSteps = simplify(e.add(e.mul(axisRef(quarter), 4), results.lane));
  const isOneLoad = (x: Expr): boolean => x.op === 'load' && emitter.vectorIndex(x.args[0]) !== null;
  const isAlongK = product.steps % 4 === 0 && isOneLoad(product.a(rows[0], fourSteps));
  const pace = isAlongK ? quarter : freshAxis(product.steps, 'k');
  const steps = isAlongK ? following(e.mul(axisRef(pace), 4), 4, simplify) : [axisRef(pace)];
  const a = rows.map((x) => product.a(x, isAlongK ? fourSteps : axisRef(pace)));
  const b = steps.map((k) => columns.map((x) => product.b(k, x)));
  const stores = tileStores(product, results, simplify);
  vectorSlots(kernel, emitter, [...a, ...b.flat()], stores.flat(2)).forEach((slot) => slots.add(slot));

  const invocations = batch.extent * row.extent * column.extent;
  const workgroups = Math.ceil(invocations / workgroupSize);
  emitter.line(`let p = i32(${groupNumber(workgroups)} * ${workgroupSize}u + lane);`, `if (p >= ${invocations}) { return; }`);
  bindParts(emitter, 'p', [batch, row, column]);
  rows.forEach((_, r) => columns.forEach((__, c) => emitter.line(`var ${sumName(results, r, c)} = vec4<f32>();`)));

  emitter.announce([...a, ...b.flat()]);
  emitter.loop(pace, () => {
    const left = a.map((x, r) => emitter.name(x, `a${r}`));
    b.forEach((fours, u) => {
      const right = fours.map((x, c) => emitter.name(x, `b${c}`));
      left.forEach((x, r) => right.forEach((y, c) => emitter.line(`${sumName(results, r, c)} += ${isAlongK ? `${x}.${'xyzw'[u]}` : x} * ${y};`)));
    });
  });
  emitStores(emitter, product, results, stores, {
    rows: product.rows % tile.rows === 0,
    columns: product.columns % tile.columns === 0,
  });
  return assemble({ kernel, emitter, workgroupSize, workgroups, vectorSlots: slots });
}
