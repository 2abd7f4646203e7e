/**
 * Casts to narrower dtypes give what those dtypes hold, also where nothing is stored between a cast and the next: fused
 * and step by step, values have the bits that the host's conversion gives.
 */
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value, realize, type DType } from '@sconce/core';
import * as torch from '@sconce/ops';
import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { plain } from './arbitraries.js';
import { property } from './check.js';
import { DEVICES } from './devices.js';
import { toTensor, valuesOf } from './plain.js';

/** What a dtype makes of a number within int32. */
const NARROWED: Partial<Record<DType, (x: number) => number>> = {
  float16: (x) => float16Value(float16Bits(x)),
  bfloat16: (x) => bfloat16Value(bfloat16Bits(x)),
  int8: (x) => (Math.trunc(x) << 24) >> 24,
  uint8: (x) => Math.trunc(x) & 255,
  bool: (x) => Number(x !== 0),
};

/** float32 numbers of any magnitude up to 2²⁰, halves of the spacing of 16-bit floats among them. */
const element = fc.tuple(fc.integer({ min: -4096, max: 4096 }), fc.integer({ min: -30, max: 8 })).map(([n, scale]) => Math.fround(n * 2 ** scale));

describe.each(DEVICES)('on $device', ({ share, start }) => {
  beforeAll(start);

  describe.each(Object.entries(NARROWED) as [DType, (x: number) => number][])('%s', (dtype, by) => {
    property('cuts off what it cannot hold', [plain({ minSize: 1 }, element), fc.boolean()], async (x, isStored) => {
      const narrow = toTensor(x).to(dtype);
      if (isStored) await realize(narrow);
      const doubled = torch.mul(narrow.to('float32'), 2);
      expect(await valuesOf(doubled)).toEqual(x.values.map((v) => by(v) * 2));
    }, { runs: 40 * share });
  });
});
