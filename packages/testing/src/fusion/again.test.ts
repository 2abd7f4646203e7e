/**
 * What a second run stores: a value that its user held and used again, and not one that gradient rules consume, whose plan
 * weighs storing against computing.
 */
import { grad, memory, realizeSync, setDefaultDevice, tensor, type Tensor } from '@sconce/core';
import { matmul, mul, reshape, softmax, sum } from '@sconce/ops';
import { beforeAll, expect, test } from 'vitest';
import { useRecorder } from './launches.js';

beforeAll(() => {
  useRecorder('recorder');
  setDefaultDevice('recorder');
});

function matrix(rows: number, columns: number): Tensor {
  const x = reshape(tensor(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i))), [rows, columns]).detach();
  realizeSync([x]);
  return x;
}

/** Buffers that are there after `compute` and were not before. */
function stored(compute: () => unknown): number {
  const before = memory().recorder.buffers;
  compute();
  return memory().recorder.buffers - before;
}

test('what gradients pass through is not stored beside them', () => {
  const [x, w] = [matrix(20, 30), matrix(30, 40).requiresGrad_()];
  const y = softmax(matmul(x, w), 1);
  const loss = sum(mul(y, y));
  loss.itemSync();
  const slopes = grad(loss, [w]) as Tensor[];
  expect(stored(() => realizeSync(slopes))).toBe(1);
});

test('what its user has used again is stored beside what came of it', () => {
  const y = softmax(matmul(matrix(20, 30), matrix(30, 40)), 1);
  sum(mul(y, y)).itemSync();
  const used = mul(y, 3);
  expect(stored(() => realizeSync([used]))).toBe(2);
});
