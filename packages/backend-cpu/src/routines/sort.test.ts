import { describe, expect, it, vi } from 'vitest';
import { dtypeBytes, fromHost, hostArray, useSync, type DType, type Shape } from '@sconce/core';
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { argsort, topk } from '@sconce/ops';
import { integers } from '@sconce/testing/property';
import { cpuSync } from '../sync.js';

vi.setConfig({ testTimeout: 60_000 });

const DTYPES: readonly DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int32', 'int64', 'int8', 'uint8', 'bool'];
const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** Elements of random bits, so that NaN of both signs is among them; every third is one of few, the zeros among those. */
function elements(dtype: DType, size: number): ReturnType<typeof hostArray> {
  const host = hostArray(dtype, size);
  const [bytes, each] = [new Uint8Array(host.buffer), dtypeBytes(dtype)];
  const next = integers(1, 0, dtype === 'bool' ? 1 : 255);
  for (let i = 0; i < bytes.length; i++) bytes[i] = next();
  for (let i = 0; i < size; i++) {
    if (i % 3 !== 0) continue;
    const few = (i / 3) % 7;
    if (few > 2) bytes.copyWithin(i * each, few * each, (few + 1) * each);
    else bytes.fill(0, i * each, (i + 1) * each);
    // The sign of −0, the lowest of integers.
    if (few === 1 && dtype !== 'bool') bytes[(i + 1) * each - 1] = 0x80;
  }
  return host;
}

type Source = (dtype: DType, size: number) => ReturnType<typeof hostArray>;

/** Orders along each dimension of a shape, both ways, and the first few of each. */
function orders(device: string, shape: Shape, dtype: DType, source: Source): Int32Array[] {
  const x = fromHost(source(dtype, sizeOf(shape)), [...shape], dtype, { device });
  const counts = (size: number): number[] => [1, 5, 300].filter((count) => count * 64 <= size);
  return shape.flatMap((size, d) =>
    [false, true].flatMap((descending) =>
      [argsort(x, d, { descending }), ...counts(size).map((k) => topk(x, k, d, { largest: descending }).indices)].map((t) => t.dataSync() as Int32Array),
    ),
  );
}

function agrees(shapes: readonly Shape[], dtype: DType, source: Source, threads: number): void {
  const oracle = useSync(createBackend(interpreterTarget('oracle')));
  const cpu = useSync(cpuSync({ threads }));
  for (const shape of shapes) {
    const expected = orders(oracle, shape, dtype, source);
    const differs = orders(cpu, shape, dtype, source).flatMap((order, i) => order.findIndex((p, k) => p !== expected[i][k]));
    expect(differs, `first differences for ${shape.join('x')}`).toEqual(differs.map(() => -1));
  }
}

const SHAPES: readonly Shape[] = [[1], [2], [63], [64], [65], [700], [3, 80, 5], [2, 330, 3], [2, 0, 3]];
/** Of rows that several threads share. */
const LONG: readonly Shape[] = [[1 << 15], [32771]];

describe.each(DTYPES)('the order of %s', (dtype) => {
  it.each([1, 2])('is that of the routine, on %d threads', (threads) => {
    agrees([...SHAPES, ...LONG], dtype, elements, threads);
  });
});

describe('a row that is cut into parts', () => {
  it.each<[string, (i: number, n: number) => number]>([
    ['equal elements', () => 3],
    ['a row in order', (i) => i],
    ['a row in reverse', (i, n) => n - i],
    ['few different elements', (i) => (i * 7) % 3],
    ['one element apart from all others', (i) => Number(i === 5)],
    ['a period that samples meet', (i, n) => Math.floor(i % Math.floor(n / 128))],
  ])('may hold %s', (_, value) => {
    agrees(LONG, 'int32', (_dtype, n) => Int32Array.from({ length: n }, (_, i) => value(i, n)), 2);
  });
});
