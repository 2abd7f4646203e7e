/**
 * What users' tests call: PyTorch 1.13's words where values are not close, and gradients that are wrong.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, AutogradFunction, DTypeError, tensor, useSync, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { mul, sin, sum } from '../index.js';
import { AssertionError, assertClose, GradcheckError, gradcheck, gradgradcheck, type AssertCloseOptions } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));
useSync(createBackend(interpreterTarget('other')));

const f = (data: number | number[] | number[][], dtype: 'float32' | 'float64' | 'float16' = 'float32', device = 'cpu'): Tensor => tensor(data, { dtype, device });

describe('assertClose', () => {
  test.each<[string, unknown, unknown, AssertCloseOptions?]>([
    ['equal tensors', f([1, 2]), f([1, 2])],
    ['within float32', f([1, 2]), f([1.000001, 2])],
    ['the wider of two dtypes', f([1]), f([1.000001], 'float64'), { checkDtype: false }],
    ['NaN, where it may be', f([NaN]), f([NaN]), { equalNan: true }],
    ['infinities', f([Infinity]), f([Infinity])],
    ['tolerances', f([1, 2]), f([1.05, 2]), { rtol: 0.1, atol: 0 }],
    ['without elements', f([]), f([])],
    ['numbers, booleans and null', [1, 0.3, true, null], [1, 0.1 + 0.2, true, null]],
    ['leaves', tensor([1.5], { requiresGrad: true }), f([1.5])],
    ['devices, where they may differ', f([1]), f([1], 'float32', 'other'), { checkDevice: false }],
  ])('%s', async (_, actual, expected, options) => {
    await expect(assertClose(actual, expected, options)).resolves.toBeUndefined();
  });

  test.each<[string, unknown, unknown, AssertCloseOptions]>([
    ['Tensor-likes are not close!\n\nMismatched elements: 1 / 4 (25.0%)\nGreatest absolute difference: 1.0 at index (1, 1) (up to 1e-05 allowed)\nGreatest relative difference: 0.2 at index (1, 1) (up to 1.3e-06 allowed)', f([[1, 2], [3, 4]]), f([[1, 2], [3, 5]]), {}],
    ['Scalars are not close!\n\nAbsolute difference: 1.0 (up to 1e-05 allowed)\nRelative difference: 0.5 (up to 1.3e-06 allowed)', f(1), f(2), {}],
    ['Scalars are not equal!\n\nAbsolute difference: 1\nRelative difference: 0.5', 1, 2, {}],
    ['Scalars are not close!\n\nAbsolute difference: 3.0 (up to 1e-07 allowed)\nRelative difference: 2.0 (up to 1e-07 allowed)', -1.5, 1.5, {}],
    ['Scalars are not close!\n\nAbsolute difference: nan (up to 1e-07 allowed)\nRelative difference: nan (up to 1e-07 allowed)', 1, NaN, {}],
    ['Tensor-likes are not equal!\n\nMismatched elements: 1 / 2 (50.0%)\nGreatest absolute difference: 1 at index (1,)\nGreatest relative difference: 0.3333333432674408 at index (1,)', tensor([1, 2]), tensor([1, 3]), {}],
    ['Tensor-likes are not equal!\n\nMismatched elements: 4 / 4 (100.0%)\nGreatest absolute difference: 6 at index (1, 0)\nGreatest relative difference: inf at index (0, 0)', tensor([[1, 2], [3, 4]]), tensor([[0, 0], [9, 9]]), {}],
    ['Tensor-likes are not equal!\n\nMismatched elements: 1 / 2 (50.0%)\nGreatest absolute difference: 1.0 at index (1,)\nGreatest relative difference: 0.3333333333333333 at index (1,)', f([1, 2]), f([1, 3]), { rtol: 0, atol: 0 }],
    ['Tensor-likes are not close!\n\nMismatched elements: 1 / 1 (100.0%)\nGreatest absolute difference: nan at index (0,) (up to 1e-05 allowed)\nGreatest relative difference: nan at index (0,) (up to 1.3e-06 allowed)', f([NaN]), f([NaN]), {}],
    ['Tensor-likes are not close!\n\nMismatched elements: 1 / 3 (33.3%)\nGreatest absolute difference: 0.099609375 at index (2,) (up to 1e-05 allowed)\nGreatest relative difference: 0.03213610586011342 at index (2,) (up to 0.001 allowed)', f([1, 2, 3], 'float16'), f([1, 2, 3.1], 'float16'), {}],
    ["The values for attribute 'shape' do not match: torch.Size([2]) != torch.Size([3]).", f([1, 2]), f([1, 3, 4]), {}],
    ["The values for attribute 'dtype' do not match: torch.float32 != torch.float64.", f([1]), f([1], 'float64'), {}],
    ["The values for attribute 'device' do not match: cpu != other.", f([1]), f([1], 'float32', 'other'), {}],
    ["Scalars are not close!\n\nAbsolute difference: 1.0 (up to 1e-05 allowed)\nRelative difference: 0.5 (up to 1.3e-06 allowed)\n\nThe failure occurred for item ['a'][1]", { a: [1, f(1)] }, { a: [1, f(2)] }, {}],
    ["The keys of the mappings do not match:\nMissing keys in the actual mapping: ['b']\nAdditional keys in the actual mapping: ['a']", { a: 1 }, { b: 1 }, {}],
    ['The length of the sequences mismatch: 1 != 2', [1], [1, 2], {}],
    ['Booleans mismatch: True is not False', true, false, {}],
    ['my message', f([1]), f([2]), { msg: 'my message' }],
    ['X Booleans mismatch: True is not False', true, false, { msg: (message: string) => `X ${message}` }],
  ])('%s', async (message, actual, expected, options) => {
    const found = await assertClose(actual, expected, options).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(AssertionError);
    expect((found as AssertionError).message).toBe(message);
  });

  test('what cannot be compared', async () => {
    for (const [actual, expected] of [[f([1]), 1], ['a', 'a'], [f([1]), 'a']]) await expect(assertClose(actual, expected)).rejects.toThrow(/cannot compare/);
    await expect(assertClose(1, 1, { rtol: 0.1 })).rejects.toThrow(/but got no 'atol'/);
    await expect(assertClose(1, 1, { tolerance: 0.1 } as never)).rejects.toThrow(ArgumentError);
  });
});

/** x², whose gradient is `slope`·x. */
const square = (slope: number) => {
  class Square extends AutogradFunction {
    static forward(ctx: { saveForBackward(...x: Tensor[]): void }, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return mul(x, x);
    }
    static backward(ctx: { savedTensors: readonly Tensor[] }, g: Tensor): Tensor {
      return mul(g, mul(ctx.savedTensors[0], slope));
    }
  }
  return (x: Tensor): Tensor => Square.apply(x);
};

describe('gradcheck', () => {
  const x = tensor([0.5, -1.5], { dtype: 'float64', requiresGrad: true });
  const w = tensor([2, 3], { dtype: 'float64' });

  test('right gradients pass, first and second', async () => {
    expect(await gradcheck((a, b) => [mul(sin(a), b), sum(a)], [x, w])).toBe(true);
    expect(await gradgradcheck((a, b) => mul(sin(a), mul(a, b)), [x, w])).toBe(true);
    expect(await gradgradcheck((a) => mul(a, 3), x)).toBe(true);
    expect(await gradcheck(square(2), x)).toBe(true);
  });

  test('a wrong one is shown beside the differences', async () => {
    const matrix = (a: string, b: string): string => `tensor\\(\\[\\[ ${a},\\s+0\\.0000\\],\\n\\s+\\[[ -]0\\.0000, ${b}\\]\\], dtype=torch\\.float64\\)\\n`;
    const words = new RegExp(`^Jacobian mismatch for output 0 with respect to input 0,\\nnumerical:${matrix('1\\.0000', '-3\\.0000')}analytical:${matrix('1\\.5000', '-4\\.5000')}$`);
    await expect(gradcheck(square(3), x)).rejects.toThrow(GradcheckError);
    await expect(gradcheck(square(3), x)).rejects.toThrow(words);
    expect(await gradcheck(square(3), x, { raiseException: false })).toBe(false);
    await expect(gradcheck((a) => [sin(a), sum(square(3)(a))], x)).rejects.toThrow(/output 1 with respect to input 0/);
    await expect(gradcheck((a) => mul(a.detach(), a), x)).rejects.toThrow(GradcheckError);
  });

  test('what cannot be checked', async () => {
    await expect(gradcheck(sin, w)).rejects.toThrow(/at least one input/);
    await expect(gradcheck((a) => a.detach(), x)).rejects.toThrow(/no output/);
    await expect(gradcheck(sin, tensor([1.5], { dtype: 'float16', requiresGrad: true }))).rejects.toThrow(DTypeError);
    await expect(gradcheck(square(3), tensor([1.5], { requiresGrad: true }))).rejects.toThrow(/float32 are coarse/);
  });
});
