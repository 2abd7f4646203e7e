import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { fromHost, grad, sizeOf, ShapeError, useSync, type Tensor } from '@sconce/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { windows, type WindowOptions } from './window.js';

beforeAll(() => {
  useSync(createBackend(interpreterTarget('cpu')));
});

const values = (t: Tensor): number[] => Array.from(t.dataSync() as Float64Array);
const counting = (shape: readonly number[], requiresGrad = false): Tensor =>
  fromHost(Float64Array.from({ length: sizeOf(shape) }, (_, i) => i + 1), shape, 'float64', { requiresGrad });

/** Windows of a row, by the definition: position o·stride + k·dilation − low among elements laid out at a distance. */
function expected(n: number, { kernel, stride = 1, dilation = 1, padding = 0, spread = 1, fill = 0 }: Record<string, number>): number[][] {
  const room = (n - 1) * spread + 1 + 2 * padding;
  const count = Math.floor((room - dilation * (kernel - 1) - 1) / stride) + 1;
  return Array.from({ length: count }, (_, o) =>
    Array.from({ length: kernel }, (__, k) => {
      const position = o * stride + k * dilation - padding;
      const i = position / spread;
      return Number.isInteger(i) && i >= 0 && i < n ? i + 1 : fill;
    }),
  );
}

const CASES: readonly Record<string, number>[] = [
  { kernel: 3 },
  { kernel: 2, stride: 2 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 2, dilation: 3 },
  { kernel: 3, stride: 3, dilation: 2, padding: 2, fill: -7 },
  { kernel: 3, spread: 2, padding: 2 },
  { kernel: 2, stride: 2, dilation: 2, spread: 3, padding: 1 },
  { kernel: 1, stride: 4 },
  { kernel: 2, padding: -1 },
];

describe('windows', () => {
  test.each(CASES)('of a row: %o', (options) => {
    const w = windows(counting([9]), { dims: [0], ...options } as unknown as WindowOptions);
    const want = expected(9, options);
    expect(w.shape).toEqual([want.length, options.kernel]);
    expect(values(w)).toEqual(want.flat());
  });

  test.each(CASES)('their gradient sums the windows that an element is in: %o', (options) => {
    const x = counting([9], true);
    const w = windows(x, { dims: [0], ...options } as unknown as WindowOptions);
    const g = counting(w.shape);
    const [dx] = grad(w, [x], { gradOutputs: g });
    const sums = new Array<number>(9).fill(0);
    expected(9, { ...options, fill: 0 }).flat().forEach((source, i) => {
      if (source > 0) sums[source - 1] += i + 1;
    });
    expect(values(dx!)).toEqual(sums);
  });

  test('of an image: the kernel comes last, other dimensions stay', () => {
    const x = counting([2, 3, 4, 5]);
    const w = windows(x, { dims: [2, 3], kernel: [2, 3], stride: [2, 1], padding: [[1, 0], 0] });
    expect(w.shape).toEqual([2, 3, 2, 3, 2, 3]);
    const at = (n: number, c: number, i: number, j: number): number => (i < 0 ? 0 : ((n * 3 + c) * 4 + i) * 5 + j + 1);
    const want: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < 2; i++)
          for (let j = 0; j < 3; j++)
            for (let a = 0; a < 2; a++) for (let b = 0; b < 3; b++) want.push(at(n, c, 2 * i + a - 1, j + b));
    expect(values(w)).toEqual(want);
  });

  test('the gradient of the gradient is windows again', () => {
    const g = counting([4, 2], true);
    const x = counting([5], true);
    const [dx] = grad(windows(x, { dims: [0], kernel: 2, fill: 3 }), [x], { gradOutputs: g, createGraph: true });
    const [dg] = grad(dx!, [g], { gradOutputs: counting([5]) });
    expect(values(dg!)).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
  });

  test('a window that does not fit says so', () => {
    expect(() => windows(counting([3]), { dims: [0], kernel: 4 })).toThrow(ShapeError);
    expect(() => windows(counting([3]), { dims: [0], kernel: 2, dilation: 3 })).toThrow(/window of 4 .* dimension 0/);
  });
});
