/** Where checks of indices are guarded, and how often an expression is guarded that many others share. */
import { axisRef, freshAxis, loadOf, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { describe, expect, it } from 'vitest';
import { guardChecks } from './guard-checks.js';
import { exprsIn, stageExprs, type Buffer, type Kernel } from '../kernel/ir.js';

const [IDS, TABLE, OTHER, OUT] = [0, 1, 2, 3];
const axis = freshAxis(4, 'i');
const i = axisRef(axis);
const id = loadOf(IDS, 'int32', i);
const row = loadOf(TABLE, 'float32', e.check(id, { op: 'pick', size: 8, noun: 'index' }));
const other = loadOf(OTHER, 'float32', i);

/** The checks of a kernel that stores a value, after guarding. */
function checksOf(value: Expr): Expr[] {
  const buffer = (label: string, access: Buffer['access'], storage: Buffer['storage'] = 'float32'): Buffer => ({ label, storage, size: 4, access, scope: 'global' });
  const kernel: Kernel = {
    name: 'picked', grid: [axis], scalars: [],
    buffers: [buffer('ids', 'read', 'int32'), buffer('table', 'read'), buffer('other', 'read'), buffer('out', 'write')],
    stages: [{ kind: 'store', axes: [], slot: OUT, index: i, value }],
  };
  return exprsIn(guardChecks(kernel).stages.flatMap(stageExprs)).filter((x) => x.op === 'check');
}

const isGuarded = ({ args: [index] }: Expr): boolean => index.op === 'select';

describe('a check', () => {
  it('is guarded by conditions of places and of the index itself', () => {
    for (const value of [e.select(e.lt(i, 2), row, other), e.select(e.eq(id, -1), 0, row)]) expect(checksOf(value).map(isGuarded)).toEqual([true]);
  });

  it('is as good on both sides of a condition of other data', () => {
    expect(checksOf(e.select(e.gt(other, 0), row, other)).map(isGuarded)).toEqual([false]);
  });

  it('is guarded in the conditions of others, too', () => {
    const label = e.check(id, { op: 'label', size: 8, noun: 'class' });
    const checks = checksOf(e.select(e.lt(i, 2), e.select(e.eq(label, 1), row, 0), other));
    expect(checks.length).toBeGreaterThan(1);
    expect(checks.every(isGuarded)).toBe(true);
  });

  it('is guarded once in a chain of selects that share it', () => {
    let value = e.select(e.lt(i, 2), row, other);
    for (let step = 0; step < 40; step++) value = e.select(e.gt(value, e.mul(other, step)), value, e.neg(value));
    expect(checksOf(value).map(isGuarded)).toEqual([true]);
  });

  it('is not guarded where the condition needs it, so a search stays as long as its steps', () => {
    const found = (at: Expr): Expr => loadOf(TABLE, 'float32', e.check(loadOf(IDS, 'int32', at), { op: 'pick', size: 8, noun: 'index' }));
    let at: Expr = e.const(0, 'int32');
    for (let step = 16; step >= 1; step /= 2) {
      const next = e.add(at, step);
      at = e.select(e.lt(found(next), e.cast(i, 'float32')), next, at);
    }
    expect(checksOf(e.cast(at, 'float32')).map(isGuarded)).toEqual(Array(5).fill(false));
  });

  it('is guarded once by what both sides of further conditions are reached under', () => {
    let value = row;
    for (let step = 1; step <= 20; step++) value = e.select(e.lt(i, step), e.neg(value), e.mul(value, 2));
    expect(checksOf(e.select(e.lt(i, 2), value, other)).map(isGuarded)).toEqual([true]);
  });
});
