import { describe, expect, it } from 'vitest';
import { compareOutput, compareTensor } from './compare.js';
import type { Encoded, EncodedTensor } from './records.js';
import { Toy, toyHarness } from './toy-library.js';

const want = (...data: number[]): EncodedTensor => ({ tensor: { dtype: 'float32', shape: [data.length], data } });
const got = (...data: number[]) => new Toy('float32', [data.length], data);
const mismatches = async (value: unknown, expected: Encoded) =>
  (await compareOutput(value, expected, 'float32', toyHarness)).mismatches;

/** As an op returns its parts: named, and iterable by position. */
const pair = (values: Toy, indices: Toy) => ({
  values,
  indices,
  *[Symbol.iterator]() {
    yield values;
    yield indices;
  },
});

describe('compareOutput', () => {
  it('takes tensors, plain values, lists and parts by position', async () => {
    expect(await mismatches(got(1, 2), want(1, 2))).toEqual([]);
    expect(await mismatches([5, 1], [5, 1])).toEqual([]);
    expect(await mismatches(Int32Array.of(5, 1), [5, 1])).toEqual([]);
    expect(await mismatches(true, true)).toEqual([]);
    expect(await mismatches(Infinity, { float: 'inf' })).toEqual([]);
    expect(await mismatches([got(1), [got(2), got(3)]], [want(1), [want(2), want(3)]])).toEqual([]);
    expect(await mismatches(pair(got(1), got(2)), [want(1), want(2)])).toEqual([]);
  });

  it('says where in the output a value is wrong', async () => {
    expect(await mismatches([got(1), [got(2), got(4)]], [want(1), [want(2), want(3)]])).toEqual([
      'output[1][1]: at [0] got 4, want 3 within rtol 0.00002, atol 0.00001; 1 of 1 differ',
    ]);
  });

  it.each<[string, unknown, Encoded, string]>([
    ['a tensor for a number', got(1), 1, 'output: got a tensor, want 1'],
    ['a number for a tensor', 1, want(1), 'output: got 1, want a tensor'],
    ['nothing', undefined, want(1), 'output: got undefined, want a tensor'],
    ['one of two', [got(1)], [want(1), want(2)], 'output: got a list of 1, want a list of 2'],
    ['a tensor for a list', got(1), [want(1)], 'output: got a tensor, want a list of 1'],
    ['an object without order', { values: 1 }, [1], 'output: got an object with values, want a list of 1'],
    ['another number', 2, 1, 'output: got 2, want 1'],
    ['a boolean for a number', true, 1, 'output: got true, want 1'],
    ['another word', 'sum', 'mean', "output: got 'sum', want 'mean'"],
  ])('reports %s', async (_, value, expected, message) => {
    expect(await mismatches(value, expected)).toEqual([message]);
  });

  it('collects the floating tensors in order, to be differentiated', async () => {
    const index = new Toy('int32', [1], [0]);
    const [a, b] = [got(1), got(2, 3)];
    const { floating } = await compareOutput([a, index, b], [want(1), want(0), want(2, 3)], 'float32', toyHarness);
    expect(floating.map(({ tensor, shape }) => [tensor, shape])).toEqual([
      [a, [1]],
      [b, [2]],
    ]);
  });
});

describe('compareTensor', () => {
  it('takes an absent gradient for zero, and for nothing else', async () => {
    expect(await compareTensor(null, want(0, 0), 'gradient', toyHarness)).toBeUndefined();
    expect(await compareTensor(null, want(0, 1), 'gradient', toyHarness)).toContain('absent, so zero; at [1] got 0, want 1');
    expect(await compareTensor(undefined, want(0), 'gradient', toyHarness)).toBe('got nothing, want a tensor');
    expect(await compareTensor(null, want(0), 'output', toyHarness)).toBe('got nothing, want a tensor');
  });
});
