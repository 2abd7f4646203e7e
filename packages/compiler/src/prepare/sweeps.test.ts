import { axisRef, freshAxis, loadOf, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { describe, expect, it } from 'vitest';
import type { Buffer, Kernel, ReduceStage, Stage, StoreStage } from '../kernel/ir.js';
import { nestOf } from './sweeps.js';

const [ROWS, COLUMNS] = [6, 10];
const i = freshAxis(ROWS, 'i');

const buffer = (label: string, access: Buffer['access'], size: number): Buffer => ({ label, storage: 'float32', size, access, scope: 'global' });
const buffers = [buffer('x', 'read', ROWS * COLUMNS), buffer('y', 'write', ROWS), buffer('z', 'readwrite', ROWS)];

const result = (id: number): Expr => ({ op: 'stage', id, dtype: 'float32', args: [] });
const load = (slot: number, index: Expr): Expr => loadOf(slot, 'float32', index);

/** The sum over a row of `value`. */
function sum(id: number, value: (x: Expr) => Expr): ReduceStage {
  const r = freshAxis(COLUMNS, 'r');
  const x = load(0, e.add(e.mul(axisRef(i), COLUMNS), axisRef(r)));
  return { kind: 'reduce', id, combine: 'sum', axes: [r], value: value(x), dtype: 'float32' };
}
const store = (slot: number, value: Expr): StoreStage => ({ kind: 'store', axes: [], slot, index: axisRef(i), value });

const sweepsOf = (stages: readonly Stage[]): string[] => {
  const kernel: Kernel = { name: 'rows', grid: [i], stages, buffers, scalars: [] };
  return nestOf(kernel).sweeps.map((s) => s.stages.map((x) => (x.kind === 'reduce' ? `sum ${x.id}` : x.kind)).join(', '));
};

describe('sweeps', () => {
  it('take a sum that what lies between does not touch', () => {
    const stages = [sum(1, (x) => x), store(1, result(1)), sum(2, (x) => e.mul(x, x)), store(2, result(2))];
    expect(sweepsOf(stages)).toEqual(['sum 1, sum 2', 'store, store']);
  });

  it('leave a sum behind the one that it uses', () => {
    const stages = [sum(1, (x) => x), store(1, result(1)), sum(2, (x) => e.sub(x, result(1)))];
    expect(sweepsOf(stages)).toEqual(['sum 1', 'store', 'sum 2']);
  });

  it('leave a sum behind the store that it reads', () => {
    const stages = [sum(1, (x) => x), store(2, result(1)), sum(2, (x) => e.mul(x, load(2, axisRef(i))))];
    expect(sweepsOf(stages)).toEqual(['sum 1', 'store', 'sum 2']);
  });

  it('leave a store behind what reads the element before it', () => {
    const stages = [store(1, load(2, e.const(0, 'int32'))), sum(1, (x) => x), store(2, e.const(1, 'float32'))];
    expect(sweepsOf(stages)).toEqual(['store', 'sum 1', 'store']);
  });
});
