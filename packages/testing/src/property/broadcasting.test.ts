/**
 * Operands of any shapes that broadcast, and of any dtypes: elements are those of JavaScript's arithmetic, and gradients
 * are summed over what was repeated.
 */
import { grad, ShapeError, type DType, type Tensor } from '@sconce/core';
import '@sconce/ops/methods';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { broadcastable, plainOf, plainPair, signed } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { atBroadcast, build, difference, offsetOf, toTensor, valuesOf, type Plain } from './plain.js';

interface Binary {
  readonly of: (a: Tensor, b: Tensor) => Tensor;
  readonly by: (a: number, b: number) => number;
  /** How often the slope by the first operand goes into its gradient, and by the second. */
  readonly slopes?: readonly [(a: number, b: number) => number, (a: number, b: number) => number];
}

const BINARY: Record<string, Binary> = {
  add: { of: (a, b) => torch.add(a, b), by: (a, b) => a + b, slopes: [() => 1, () => 1] },
  sub: { of: (a, b) => torch.sub(a, b), by: (a, b) => a - b, slopes: [() => 1, () => -1] },
  mul: { of: (a, b) => torch.mul(a, b), by: (a, b) => a * b, slopes: [(_a, b) => b, (a) => a] },
  maximum: {
    of: torch.maximum,
    by: Math.max,
    slopes: [(a, b) => (a > b ? 1 : a === b ? 0.5 : 0), (a, b) => (b > a ? 1 : a === b ? 0.5 : 0)],
  },
  minimum: { of: torch.minimum, by: Math.min },
  lt: { of: torch.lt, by: (a, b) => Number(a < b) },
  eq: { of: torch.eq, by: (a, b) => Number(a === b) },
  where: { of: (a, b) => torch.where(torch.gt(a, 0), a, b), by: (a, b) => (a > 0 ? a : b), slopes: [(a) => Number(a > 0), (a) => Number(a <= 0)] },
  remainder: { of: (a, b) => torch.remainder(a, torch.add(torch.abs(b), 1)), by: (a, b) => a - Math.floor(a / (Math.abs(b) + 1)) * (Math.abs(b) + 1) },
  lerp: { of: (a, b) => torch.lerp(a.to('float32'), b.to('float32'), 0.5), by: (a, b) => a + (b - a) / 2, slopes: [() => 0.5, () => 0.5] },
};

/** The shape that two shapes broadcast to. */
const joined = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const sizes = [a, b].map((s) => s[s.length - Math.max(a.length, b.length) + i] ?? 1);
    return sizes[0] === 1 ? sizes[1] : sizes[0];
  });

/** The sum, for each element of an operand, of what the elements of the result that it was repeated to bring. */
function gathered(x: Plain, brought: Plain): number[] {
  const sums = x.values.map(() => 0);
  build(brought.shape, (index) => {
    const from = x.shape.map((n, d) => (n === 1 ? 0 : index[index.length - x.shape.length + d]));
    return (sums[offsetOf(from, x.shape)] += atBroadcast(brought, index));
  });
  return sums;
}

const EIGHT_BITS = new Set<DType>(['int8', 'uint8']);

describe.each(DEVICES)('on $device', ({ device, share, start }) => {
  beforeAll(start);

  describe.each(Object.entries(BINARY))('%s', (_, { of, by, slopes }) => {
    property('takes operands of any dtypes that broadcast', [plainPair(), signed(device), signed(device)], async ([a, b], left, right) => {
      const shape = joined(a.shape, b.shape);
      const got = of(toTensor(a, left), toTensor(b, right));
      expect(got.shape).toEqual(shape);
      if (EIGHT_BITS.has(got.dtype)) return;
      expect(difference(await valuesOf(got), build(shape, (index) => by(atBroadcast(a, index), atBroadcast(b, index))).values)).toBeUndefined();
    }, { runs: 40 * share });

    if (slopes === undefined) return;
    property('has gradients that are summed over what was repeated', [plainPair({ minSize: 1 })], async ([a, b]) => {
      const operands = [a, b].map((x) => toTensor(x, 'float32', { requiresGrad: true }));
      const got = grad(torch.sum(of(operands[0], operands[1])), operands) as Tensor[];
      for (const [i, x] of [a, b].entries()) {
        const brought = build(joined(a.shape, b.shape), (index) => slopes[i](atBroadcast(a, index), atBroadcast(b, index)));
        expect(got[i].shape).toEqual(x.shape);
        expect(difference(await valuesOf(got[i]), gathered(x, brought))).toBeUndefined();
      }
    }, { runs: 25 * share });
  });

  property('in-place forms take what broadcasts to them', [plainPair({ minSize: 1 })], async ([a, b]) => {
    const shape = joined(a.shape, b.shape);
    const into = toTensor(a);
    const add = (): Tensor => into.add_(toTensor(b));
    if (String(shape) !== String(a.shape)) {
      expect(add).toThrow();
      expect(await valuesOf(into)).toEqual(a.values);
      return;
    }
    expect(add()).toBe(into);
    expect(await valuesOf(into)).toEqual(build(shape, (index) => atBroadcast(a, index) + atBroadcast(b, index)).values);
  }, { runs: 40 * share });

  const unlike = broadcastable({ minRank: 1, minSize: 1 }).filter(([a]) => a.some((n) => n > 1)).chain(([a]) => fc.tuple(plainOf(a), plainOf(a.map((n) => n + 1))));
  property('shapes that do not broadcast are refused at the call', [unlike], ([a, b]) => {
    expect(() => torch.add(toTensor(a), toTensor(b))).toThrow(ShapeError);
  }, { runs: 40 * share });
});
