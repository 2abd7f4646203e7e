/** Expected texts are PyTorch 1.13's own, but for the int32 of the last group. */
import { describe, expect, it } from 'vitest';
import type { DType } from '../tensor/dtype.js';
import { printOptions, setPrintoptions } from './options.js';
import { torchText } from './torch-text.js';

const f32 = (...values: number[]) => Float32Array.from(values);
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('notation', () => {
  it.each([
    [f32(2.5, 1.03125, 0.5), 'tensor([2.5000, 1.0312, 0.5000])'],
    [f32(1000, 1), 'tensor([1000.,    1.])'],
    [f32(1001, 1), 'tensor([1.0010e+03, 1.0000e+00])'],
    [f32(1e8, 1e7), 'tensor([100000000.,  10000000.])'],
    [f32(9.9e-5, 0.05), 'tensor([9.9000e-05, 5.0000e-02])'],
    [f32(NaN, -Infinity, 2), 'tensor([nan, -inf, 2.])'],
    [f32(-0, 0), 'tensor([-0., 0.])'],
    [f32(1.5, NaN, Infinity), 'tensor([1.5000,    nan,    inf])'],
  ])('follows the values: %s', (values, text) => {
    expect(torchText(values, [values.length], 'float32')).toBe(text);
  });

  it('takes the options of set_printoptions', () => {
    expect(torchText(f32(1, 20, 300), [3], 'float32', { sciMode: true })).toBe(
      'tensor([1.0000e+00, 2.0000e+01, 3.0000e+02])',
    );
    expect(torchText(f32(1e-7, 20, 300), [3], 'float32', { sciMode: false })).toBe(
      'tensor([    0.0000,    20.0000,   300.0000])',
    );
    const sevenths = count(12).map((i) => i / 7);
    expect(torchText(sevenths, [3, 4], 'float32', { precision: 2, threshold: 4, edgeitems: 1, linewidth: 20 })).toBe(
      'tensor([[0.00,  ...,\n         0.43],\n        ...,\n        [1.14,  ...,\n         1.57]])',
    );
  });
});

it('keeps to what setPrintoptions said', () => {
  const text = (): string => torchText(f32(0, 1 / 3, 2 / 3), [3], 'float32', printOptions());
  setPrintoptions({ precision: 2, sciMode: true });
  expect(text()).toBe('tensor([0.00e+00, 3.33e-01, 6.67e-01])');
  setPrintoptions({ threshold: 2, edgeitems: 1 });
  expect(text()).toBe('tensor([0.00,  ..., 0.67])');
  setPrintoptions({ profile: 'default' });
  expect(text()).toBe('tensor([0.0000, 0.3333, 0.6667])');
  expect(() => setPrintoptions({ profile: 'long' as never })).toThrow(/no profile 'long'/);
  expect(() => setPrintoptions({ digits: 2 } as never)).toThrow(/no option 'digits'/);
  expect(() => setPrintoptions({ precision: -1 })).toThrow(/must be a whole number/);
});

describe('layout', () => {
  it('separates matrices by a blank line', () => {
    expect(torchText(f32(...count(8)), [2, 2, 2], 'float32')).toBe(
      'tensor([[[0., 1.],\n         [2., 3.]],\n\n        [[4., 5.],\n         [6., 7.]]])',
    );
  });

  it('wraps long vectors, and puts a suffix that does not fit on its own line', () => {
    const values = count(12).map((i) => i * 1000.5);
    expect(torchText(values, [12], 'float64')).toBe(
      'tensor([    0.0000,  1000.5000,  2001.0000,  3001.5000,  4002.0000,  5002.5000,\n' +
        '         6003.0000,  7003.5000,  8004.0000,  9004.5000, 10005.0000, 11005.5000],\n' +
        '       dtype=torch.float64)',
    );
  });

  it('summarises beyond the threshold, measuring only what is shown', () => {
    const values = [1, 2, 3, ...count(1000).map(() => -123456), 7, 8, 9];
    expect(torchText(values, [1006], 'int64')).toBe('tensor([1, 2, 3,  ..., 7, 8, 9])');
    expect(torchText(new Float32Array(1600), [40, 40], 'float32').split('\n')[3]).toBe('        ...,');
  });

  it('prints large tensors whole when asked to', () => {
    const text = torchText(new Uint8Array(200_000), [200_000], 'uint8', { threshold: Infinity });
    expect(text).not.toContain('...');
  });
});

describe('suffixes', () => {
  it.each<[readonly number[], DType, string]>([
    [[0], 'float32', 'tensor([])'],
    [[0], 'int64', 'tensor([], dtype=torch.int64)'],
    [[0, 3], 'bool', 'tensor([], size=(0, 3), dtype=torch.bool)'],
  ])('an empty tensor of shape %j and dtype %s says what cannot be seen', (shape, dtype, text) => {
    expect(torchText([], shape, dtype)).toBe(text);
  });

  it('names dtypes that the digits do not imply; int32 and int64 are both whole numbers', () => {
    expect(torchText([1, 2], [2], 'uint8')).toBe('tensor([1, 2], dtype=torch.uint8)');
    expect(torchText([0.5, 1], [2], 'float16')).toBe('tensor([0.5000, 1.0000], dtype=torch.float16)');
    expect(torchText([1, -2], [2], 'int32')).toBe('tensor([ 1, -2])');
    expect(torchText(BigInt64Array.of(9007199254740993n), [1], 'int64')).toBe('tensor([9007199254740993])');
    expect(torchText([1, 0], [2], 'bool')).toBe('tensor([ True, False])');
  });

  it('breaks the line before a name that ends two places from its end', () => {
    const ones = (count: number): string => torchText(new Array<number>(count).fill(1), [count], 'int8');
    expect(ones(17)).toBe(`tensor([${new Array(17).fill(1).join(', ')}], dtype=torch.int8)`);
    expect(ones(18)).toBe(`tensor([${new Array(18).fill(1).join(', ')}],\n       dtype=torch.int8)`);
  });

  it('names device and gradient', () => {
    const one = f32(1.5);
    expect(torchText(one, [], 'float32', { requiresGrad: true })).toBe('tensor(1.5000, requires_grad=True)');
    expect(torchText(one, [], 'float32', { device: 'cpu' })).toBe("tensor(1.5000, device='cpu')");
    expect(torchText(one, [], 'float64', { device: 'webgpu', requiresGrad: true, madeBy: 'exp' })).toBe(
      "tensor(1.5000, device='webgpu', dtype=torch.float64, grad_fn=<ExpBackward0>)",
    );
  });
});
