/**
 * What PyTorch answers where its own samples are silent: dtypes, extremes and options that the records leave out.
 *
 * Invariant: every value was printed by PyTorch 1.13, and is given by every backend within the tolerance of float32.
 */
import { tensor, type DType, type Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { describe, expect, test } from 'vitest';

interface Answer {
  readonly what: string;
  readonly call: () => Tensor | Promise<Tensor>;
  readonly want: unknown;
  /** Default float32. */
  readonly dtype?: DType;
}

const counting = (...shape: number[]): Tensor => torch.reshape(torch.arange(1, shape.reduce((n, d) => n * d, 1) + 1), shape);

const INTEGERS: readonly Answer[] = [
  { what: 'means of windows of integers are rounded towards 0', dtype: 'int32', call: () => F.avgPool1d(tensor([[-3, -2, 2, 3]]), 2, 1), want: [[-2, 0, 2]] },
  { what: 'so are sums over a divisor', dtype: 'int32', call: () => F.avgPool2d(torch.neg(counting(1, 2, 2)), 2, { divisorOverride: 3 }), want: [[[-3]]] },
  { what: 'and means of squares among channels', call: () => F.localResponseNorm(counting(1, 4, 1), 3, { alpha: 10 }), want: [[[0.165560], [0.123436], [0.101822], [0.148148]]] },
];

const EXTREMES: readonly Answer[] = [
  { what: 'a remainder is exact for a long quotient', call: () => torch.fmod(tensor([-1e20, 1e20]), tensor([501, 1001.2])), want: [-41, 815.16956] },
  { what: 'a whole number beyond int64 is a float', call: () => torch.add(tensor([1, 2]), 1e20), want: [1e20, 1e20] },
  { what: 'and has the sign of the divisor', call: () => torch.remainder(tensor([-1e20, 1e20]), tensor([1001.2, -1001.2])), want: [186.03045, -186.03045] },
];

const ORDERS: readonly Answer[] = [
  { what: 'parts along a later dimension are ordered by the dimensions between, then the first', dtype: 'int32', call: () => torch.unique(tensor([[[0, 1, 0], [1, 0, 1]], [[1, 0, 0], [0, 0, 0]]]), { dim: 2 }), want: [[[0, 0, 1], [1, 1, 0]], [[0, 1, 0], [0, 0, 0]]] },
];

/** Registers one test for each answer. */
export function answerSuite(): void {
  describe('answers', () => {
    test.each([...INTEGERS, ...EXTREMES, ...ORDERS])('$what', async ({ call, want, dtype = 'float32' }) => {
      const got = await call();
      expect(got.dtype).toBe(dtype);
      expect(near(await got.toArray(), want)).toEqual(want);
    });
  });
}

/** What came, with the numbers that are near the wanted ones replaced by them. */
function near(got: unknown, want: unknown): unknown {
  if (Array.isArray(got) && Array.isArray(want)) return got.map((x, i) => near(x, want[i]));
  if (typeof got !== 'number' || typeof want !== 'number') return got;
  return Math.abs(got - want) <= 1e-5 + 2e-4 * Math.abs(want) ? want : got;
}
