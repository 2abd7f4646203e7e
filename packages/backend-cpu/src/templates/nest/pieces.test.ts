import { beforeAll, describe, expect, it, vi } from 'vitest';
import { axisRef, freshAxis, loadOf, type Expr, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { nestOf, type Kernel } from '@sconce/compiler';
import { disagreement, made, noise, useBoth, type Make } from '../../oracle.js';
import { piecesOf } from './pieces.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

/** A map of 300 × 100, and the size of what it reads. */
function mapOf(value: (i: Expr, j: Expr) => Expr, size = 1 << 20): Kernel {
  const grid = [freshAxis(300, 'i'), freshAxis(100, 'j')];
  const [i, j] = grid.map((a) => axisRef(a));
  const buffer = { storage: 'float32', scope: 'global' } as const;
  return {
    name: 'map', grid, scalars: [],
    stages: [{ kind: 'store', axes: [], slot: 2, index: e.add(e.mul(i, 100), j), value: value(i, j) }],
    buffers: [{ ...buffer, label: 'a', size, access: 'read' }, { ...buffer, label: 'b', size, access: 'read' }, { ...buffer, label: 'out', size: 30_000, access: 'write' }],
  };
}

const load = (slot: number, index: Expr): Expr => loadOf(slot, 'float32', index);
const extentsOf = (kernel: Kernel): number[][] => piecesOf(kernel, nestOf(kernel)).map(({ grid }) => grid.map((a) => a.extent));
/** Rows of one buffer, then those of another. */
const joined = (condition: (i: Expr) => Expr) => (i: Expr, j: Expr): Expr => {
  const clamped = (row: Expr): Expr => e.max(e.min(e.add(e.mul(row, 100), j), 999), 0);
  return e.select(condition(i), load(0, clamped(i)), load(1, clamped(e.sub(i, 120))));
};

describe('pieces', () => {
  it.each<[string, (i: Expr) => Expr]>([
    ['<', (i) => e.lt(i, 120)],
    ['≤', (i) => e.le(i, 119)],
    ['≥, turned round', (i) => e.ge(119, i)],
    ['>, turned round', (i) => e.gt(120, i)],
    ['≥', (i) => e.not(e.ge(i, 120))],
    ['>', (i) => e.not(e.gt(i, 119))],
    ['< of a multiple that misses', (i) => e.lt(e.mul(i, 2), 239)],
    ['<, downwards', (i) => e.lt(-120, e.neg(i))],
    ['≤, downwards', (i) => e.le(-119, e.neg(i))],
  ])('cuts where a comparison changes: %s', (_, condition) => {
    expect(extentsOf(mapOf(joined(condition)))).toEqual([[12_000], [18_000]]);
  });

  it('leaves alone what has nothing to cut, too many places to cut, or few points', () => {
    expect(extentsOf(mapOf((i, j) => load(0, e.add(e.mul(i, 100), j))))).toHaveLength(1);
    const striped = Array.from({ length: 14 }, (_, n) => n + 1).reduce<(i: Expr, j: Expr) => Expr>(
      (rest, n) => (i, j) => e.select(e.lt(i, n * 20), load(0, e.add(e.mul(j, 100), n)), rest(i, j)),
      () => e.const(0, 'float32'),
    );
    expect(extentsOf(mapOf(striped))).toHaveLength(1);
    const small = mapOf(joined((i) => e.lt(i, 120)));
    expect(extentsOf({ ...small, grid: [small.grid[0], freshAxis(10, 'j')] })).toHaveLength(1);
  });

  it('computes joins and paddings of all kinds', () => {
    const build = (make: Make): Tensor[] => {
      const [x, y] = [make(noise, [130, 70]), make(noise, [130, 141])];
      return [
        made('join columns', [x, y], [130, 211], ([i, j], [a, b]) => e.select(e.lt(j, 70), a([i, j]), b([i, e.sub(j, 70)]))),
        made('join turned', [x, x], [70, 260], ([i, j], [a, b]) => e.select(e.ge(j, 130), b([e.sub(j, 130), i]), a([j, i]))),
        made('replicate', [x], [150, 171], ([i, j], [a]) => a([e.max(e.min(e.sub(i, 7), 129), 0), e.max(e.min(e.sub(j, 50), 69), 0)])),
        made('backwards', [x, y], [211, 130], ([i, j], [a, b]) => e.select(e.gt(e.sub(210, i), 69), b([j, e.sub(140, i)]), a([j, e.sub(210, i)]))),
      ];
    };
    expect(disagreement(build)).toBe(null);
  });
});
