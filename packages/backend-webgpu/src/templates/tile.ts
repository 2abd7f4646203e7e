/**
 * A contraction by workgroups: slabs of both operands come into workgroup memory, where every invocation takes the rows
 * and columns of its tile from.
 *
 *   for each slab of k:  load a(rows, slab), b(slab, columns); barrier; add up the tile; barrier
 *
 * The first operand is held as vectors of four along k, the second as vectors of four along its columns, so the inner
 * loop is broadcasts and vector multiply-adds only. Whichever way an operand is contiguous in memory, neighbouring
 * invocations load neighbouring elements.
 *
 * Invariant: steps beyond the end are zeros in both operands.
 *
 * Reference: V. Volkov and J. Demmel, Benchmarking GPUs to tune dense linear algebra (SC 2008).
 */
import { axisRef, freshAxis, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { Interner, pointsOf, simplifier, walk, type Contraction, type Kernel } from '@sconce/compiler';
import { Emitter } from '../wgsl/emitter.js';
import { assemble, groupNumber, type Program } from '../wgsl/program.js';
import { axisOrZero, bindParts, strideAlong } from './axes.js';
import { emitStores, following, fourColumns, inside, productOf, sumName, tileStores, vectorSlots, type ResultTile } from './products.js';

/** A workgroup is `down` by `across` invocations, each with a tile of rows by columns; columns come in fours. */
export interface SharedTile {
  readonly down: number;
  readonly across: number;
  readonly rows: number;
  readonly columns: number;
  /** Steps of k in one slab, a multiple of four. */
  readonly depth: number;
}

/** One part of an operand's slab: vectors of four, shared out among the invocations. */
interface Loads {
  readonly name: string;
  /** For each vector that an invocation loads: its value, where it goes, and the step that it must not exceed. */
  readonly vectors: readonly { readonly value: Expr; readonly place: Expr; readonly step: Expr }[];
  /** Vectors of the slab. */
  readonly count: number;
}

/** Whether the index of some load grows by one along the axis. */
function runsAlong(x: Expr, axis: Axis): boolean {
  let found = false;
  walk([x], (y) => {
    found ||= y.op === 'load' && strideAlong(y.args[0], axis) === 1;
  });
  return found;
}

export function tileProgram(kernel: Kernel, contraction: Contraction, tile: SharedTile): Program {
  const simplify = simplifier(new Interner());
  const slots = new Set<number>();
  const emitter = new Emitter({ kernel, simplify, vectorSlots: slots });
  const batch = freshAxis(pointsOf(contraction.batch), 'z');
  const product = productOf(contraction, batch, simplify);
  const [height, width] = [tile.down * tile.rows, tile.across * tile.columns];
  const size = tile.down * tile.across;
  const row = freshAxis(Math.ceil(product.rows / height), 'row');
  const column = freshAxis(Math.ceil(product.columns / width), 'column');
  const slab = freshAxis(Math.ceil(product.steps / tile.depth), 'slab');
  const lane = freshAxis(4, 'lane');
  const [down, across] = [freshAxis(tile.down, 'down'), freshAxis(tile.across, 'across')];
  emitter.bindLane(lane);

  // ── what this invocation computes ──────────────────────────────────────────────────────────────────────────────────
  const top = e.mul(axisOrZero(row), height);
  const left = e.mul(axisOrZero(column), width / 4);
  const fours = tile.columns / 4;
  const results: ResultTile = {
    rows: following(e.add(top, e.mul(axisRef(down), tile.rows)), tile.rows, simplify),
    quarters: Array.from({ length: fours }, (_, c) => simplify(e.add(e.add(left, axisRef(across)), c * tile.across))),
    lane: axisRef(lane),
  };
  const stores = tileStores(product, results, simplify);

  // ── what it loads ──────────────────────────────────────────────────────────────────────────────────────────────────
  const probe = [freshAxis(product.rows, 'i'), freshAxis(product.steps, 'k'), freshAxis(product.columns, 'j')];
  const zero = e.const(0, 'int32');
  const me = freshAxis(size, 'me');
  const start = e.mul(axisOrZero(slab), tile.depth);
  const quarters = e.mul(axisOrZero(slab), tile.depth / 4);
  const isMultiple = product.steps % tile.depth === 0;
  /** Vectors `me, me + size, …` of a slab of `outer` by `inner` vectors, with where each stands in it. */
  const share = (outer: number, inner: number): { outer: Expr; inner: Expr }[] =>
    Array.from({ length: Math.ceil((outer * inner) / size) }, (_, u) => {
      const n = e.add(axisRef(me), u * size);
      return { outer: simplify(e.quot(n, inner)), inner: simplify(e.rem(n, inner)) };
    });
  const rowsFirst = runsAlong(product.a(axisRef(probe[0]), zero), probe[0]) && !runsAlong(product.a(zero, axisRef(probe[1])), probe[1]);
  const a: Loads = {
    name: 'slab_a',
    vectors: share(...(rowsFirst ? [tile.depth / 4, height] as const : [height, tile.depth / 4] as const)).map(({ outer, inner }) => {
      const [r, q] = rowsFirst ? [inner, outer] : [outer, inner];
      const quarter = e.add(quarters, q);
      return {
        value: product.a(inside(e.add(top, r), product.rows, simplify), fourColumns(quarter, product.steps, results.lane, simplify)),
        place: simplify(e.add(e.mul(r, tile.depth / 4), q)),
        step: simplify(e.add(e.mul(quarter, 4), results.lane)),
      };
    }),
    count: (height * tile.depth) / 4,
  };
  const stepsFirst = runsAlong(product.b(axisRef(probe[1]), zero), probe[1]) && !runsAlong(product.b(zero, axisRef(probe[2])), probe[2]);
  const b: Loads = {
    name: 'slab_b',
    vectors: share(...(stepsFirst ? [width / 4, tile.depth] as const : [tile.depth, width / 4] as const)).map(({ outer, inner }) => {
      const [k, q] = stepsFirst ? [inner, outer] : [outer, inner];
      const step = simplify(e.add(start, k));
      return {
        value: product.b(inside(step, product.steps, simplify), fourColumns(e.add(left, q), product.columns, results.lane, simplify)),
        place: simplify(e.add(e.mul(k, width / 4), q)),
        step,
      };
    }),
    count: (width * tile.depth) / 4,
  };
  const loads = [a, b];
  vectorSlots(kernel, emitter, loads.flatMap((l) => l.vectors.map((v) => v.value)), stores.flat(2)).forEach((slot) => slots.add(slot));

  // ── the program ────────────────────────────────────────────────────────────────────────────────────────────────────
  const workgroups = batch.extent * row.extent * column.extent;
  emitter.line(`let g = i32(${groupNumber(workgroups)});`, 'let me = i32(lane);');
  if (workgroups > 65535) emitter.line(`if (g >= ${workgroups}) { return; }`);
  bindParts(emitter, 'g', [batch, row, column]);
  emitter.bindAxis(me, 'me');
  bindParts(emitter, 'me', [down, across]);
  results.rows.forEach((_, r) => results.quarters.forEach((__, c) => emitter.line(`var ${sumName(results, r, c)} = vec4<f32>();`)));

  emitter.announce(loads.flatMap((l) => l.vectors.flatMap((v) => [v.value, v.place, v.step])));
  emitter.loop(slab, () => {
    for (const { name, vectors, count } of loads) {
      vectors.forEach(({ value, place, step }, u) => {
        const text = emitter.wide(value);
        const end = emitter.isVector(step) ? `vec4<i32>(${product.steps})` : String(product.steps);
        const kept = isMultiple ? text : `select(vec4<f32>(), ${text}, ${emitter.value(step)} < ${end})`;
        const statement = `${name}[${emitter.value(place)}] = ${kept};`;
        emitter.line((u + 1) * size <= count ? statement : `if (me + ${u * size} < ${count}) { ${statement} }`);
      });
    }
    emitter.line('workgroupBarrier();');
    const inner = emitter.fresh('q');
    emitter.open();
    for (let u = 0; u < 4; u++) {
      for (let c = 0; c < fours; c++) emitter.line(`let b${u}_${c} = slab_b[(${inner} * 4 + ${u}) * ${width / 4} + across${c === 0 ? '' : ` + ${c * tile.across}`}];`);
    }
    for (let r = 0; r < tile.rows; r++) {
      emitter.line(`let a${r} = slab_a[(down * ${tile.rows} + ${r}) * ${tile.depth / 4} + ${inner}];`);
      for (let c = 0; c < fours; c++) {
        const terms = [0, 1, 2, 3].map((u) => `a${r}.${'xyzw'[u]} * b${u}_${c}`).join(' + ');
        emitter.line(`${sumName(results, r, c)} += ${terms};`);
      }
    }
    emitter.close(`for (var ${inner} = 0; ${inner} < ${tile.depth / 4}; ${inner} += 1) {`);
    emitter.line('workgroupBarrier();');
  });
  emitStores(emitter, product, results, stores, { rows: product.rows % height === 0, columns: product.columns % width === 0 });
  const declarations = [
    `var<workgroup> slab_a: array<vec4<f32>, ${(height * tile.depth) / 4}>;`,
    `var<workgroup> slab_b: array<vec4<f32>, ${(width * tile.depth) / 4}>;`,
  ];
  return assemble({ kernel, emitter, workgroupSize: size, workgroups, vectorSlots: slots, declarations });
}
