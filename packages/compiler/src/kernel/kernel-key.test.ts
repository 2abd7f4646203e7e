import { axisRef, constant, freshAxis, loadOf, stageRef, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { expect, it } from 'vitest';
import type { Buffer, Kernel } from './ir.js';
import { keyOf } from './kernel-key.js';

let nextStage = 1;

/** `out[i] = sum over r of x[i·4 + r] + added`, with fresh identities. */
function kernel(added: Expr, storage: Buffer['storage'] = 'float32'): Kernel {
  const [i, r] = [freshAxis(3, 'i'), freshAxis(4, 'r')];
  const id = nextStage++;
  const x = loadOf(0, 'float32', e.add(e.mul(axisRef(i), 4), axisRef(r)));
  const buffer = (label: string, access: Buffer['access'], size: number): Buffer => ({ label, storage, size, access, scope: 'global' });
  return {
    name: 'sum', grid: [i], scalars: [], buffers: [buffer('x', 'read', 12), buffer('out', 'write', 3)],
    stages: [
      { kind: 'reduce', id, combine: 'sum', axes: [r], dtype: 'float32', value: e.mul(x, x) },
      { kind: 'store', axes: [], slot: 1, index: axisRef(i), value: e.add(stageRef(id, 'float32'), added) },
    ],
  };
}

it('is the same for the same structure, whatever its axes and stages are called', () => {
  expect(keyOf(kernel(constant(1, 'float32')))).toBe(keyOf(kernel(constant(1, 'float32'))));
});

it('differs where a target could see a difference', () => {
  const zero = constant(0, 'float32');
  const kernels = [
    kernel(zero), kernel(constant(-0, 'float32')), kernel(constant(NaN, 'float32')), kernel(constant(Infinity, 'float32')),
    kernel(e.neg(constant(1, 'float32'))), kernel(zero, 'float64'), { ...kernel(zero), name: 'other' },
    kernel(e.cast(constant(5, 'int32'), 'float32')), kernel(loadOf(0, 'float32', constant(5, 'int32'))),
  ];
  expect(new Set(kernels.map(keyOf)).size).toBe(kernels.length);
});
