import { describe, expect, it } from 'vitest';
import { decode, decodeCall, decodeTensor, type PlainTensor } from './decode.js';
import type { Encoded, EncodedTensor } from './records.js';

const tensor = (...data: (number | boolean | 'nan' | 'inf' | '-inf')[]): EncodedTensor => ({
  tensor: { dtype: typeof data[0] === 'boolean' ? 'bool' : 'float32', shape: [data.length], data },
});
const keep = (plain: PlainTensor) => plain;

describe('decode', () => {
  it('spells out what JSON cannot write', () => {
    expect(decodeTensor(tensor('nan', 'inf', '-inf', -0)).data).toEqual([NaN, Infinity, -Infinity, -0]);
    expect(decodeTensor(tensor(true, false))).toEqual({ dtype: 'bool', shape: [2], data: [1, 0] });
    expect(decode({ float: '-inf' }, keep)).toBe(-Infinity);
    expect(decode({ float: 2.5 }, keep)).toBe(2.5);
  });

  it('leaves plain values alone, a string that looks like a number among them', () => {
    for (const value of [null, true, 3, 'inf', 'ij,jk->ik']) expect(decode(value, keep)).toBe(value);
  });

  it('decodes dtypes, slices and the ellipsis, also inside lists', () => {
    const index: Encoded = [{ slice: [0, null, 2] }, { ellipsis: true }, [1, 2], { dtype: 'int64' }];
    expect(decode(index, keep)).toEqual([{ start: 0, stop: null, step: 2 }, '...', [1, 2], 'int64']);
  });
});

describe('decodeCall', () => {
  it('makes tensors in reading order, once each, and names arguments as far as names go', () => {
    const made: number[] = [];
    const { args, named } = decodeCall(
      { args: [[tensor(1), tensor(2)], 5, tensor(3)], names: ['tensors', 'dim'], kwargs: { out: tensor(4), p: 2 } },
      ({ data }) => made.push(data[0]),
    );
    expect(made).toEqual([1, 2, 3, 4]);
    expect(args).toEqual([[1, 2], 5, 3]);
    expect(named).toEqual({ tensors: [1, 2], dim: 5, out: 4, p: 2 });
    expect(named['tensors']).toBe(args[0]);
  });

  it('has no names for what was not passed', () => {
    expect(decodeCall({ args: [1], names: ['input', 'dim'] }, keep)).toEqual({ args: [1], named: { input: 1 } });
  });
});
