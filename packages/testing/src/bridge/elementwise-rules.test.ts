/**
 * Rules of elementwise ops that recorded calls show by accident at most: gradients at kinks and poles, dtypes, bad input,
 * numbers that compile nothing.
 *
 * Reference: PyTorch's derivatives.yaml for the gradients.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, DTypeError, grad, planStatistics, ShapeError, tensor, useSync, type Operand, type Tensor } from '@sconce/core';
import { functional as F } from '@sconce/nn';
import * as torch from '@sconce/ops';
import { describe, expect, test } from 'vitest';

useSync(createBackend(interpreterTarget('cpu')));

type Fn = (...xs: Tensor[]) => Tensor;

/** The gradients of sum(fn(xs)), one list for each x; −0 counts as 0. */
function gradients(fn: Fn, ...values: number[][]): unknown[] {
  const xs = values.map((v) => tensor(v, { dtype: 'float64', requiresGrad: true }));
  const gs = grad(torch.sum(fn(...xs)), xs);
  return gs.map((g) => (g?.toArraySync() as number[] | undefined)?.map((v) => v + 0));
}

const x = [-1, 0, 1];

describe('gradients at kinks and poles', () => {
  const unary: [string, Fn, number[], number[]][] = [
    ['relu', torch.relu, x, [0, 0, 1]],
    ['abs', torch.abs, x, [-1, 0, 1]],
    ['sign', torch.sign, x, [0, 0, 0]],
    ['floor', torch.floor, x, [0, 0, 0]],
    ['sqrt at 0', torch.sqrt, [0, 4], [Infinity, 0.25]],
    ['clamp keeps its bounds', (t) => torch.clamp(t, -1, 1), [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
    ['hardtanh does not', (t) => F.hardtanh(t), [-2, -1, 0, 1, 2], [0, 0, 1, 0, 0]],
    ['relu6', F.relu6, [-1, 0, 3, 6, 7], [0, 0, 1, 0, 0]],
    ['leakyRelu', (t) => F.leakyRelu(t, 0.1), x, [0.1, 0.1, 1]],
    ['hardswish', F.hardswish, [-4, -3, 3, 4], [0, -0.5, 1.5, 1]],
    ['threshold', (t) => torch.threshold(t, 0, 7), x, [0, 0, 1]],
    ['pow 0 at 0', (t) => torch.pow(t, 0), [0, 2], [0, 0]],
    ['pow 1.5 at 0', (t) => torch.pow(t, 1.5), [0, 4], [0, 3]],
    ['pow -1', (t) => torch.pow(t, -1), [2, 0.5], [-0.25, -4]],
    ['sinc at 0', torch.sinc, [0], [0]],
    ['elu where e^x overflows', (t) => F.elu(t), [-1000, 1000], [0, 1]],
    ['mish where e^x overflows', F.mish, [-1000, 1000], [0, 1]],
    ['nanToNum', (t) => torch.nanToNum(t, 5), [NaN, Infinity, 1], [0, 0, 1]],
  ];
  test.each(unary)('%s', (_name, fn, at, want) => {
    expect(gradients(fn, at)).toEqual([want]);
  });

  const binary: [string, Fn, number[], number[], number[], number[]][] = [
    ['maximum halves ties', torch.maximum, [1, 2, 3], [1, 3, 2], [0.5, 0, 1], [0.5, 1, 0]],
    ['minimum halves ties', torch.minimum, [1, 2, 3], [1, 3, 2], [0.5, 1, 0], [0.5, 0, 1]],
    ['fmax passes NaN by', torch.fmax, [1, NaN, 3], [1, 3, NaN], [1, 0, 1], [0, 1, 0]],
    ['pow at 0', torch.pow, [0, 0, 2], [0, 2, 0], [0, 0, 0], [0, 0, Math.LN2]],
    ['xlogy at 0', torch.xlogy, [0, 0], [0, 2], [0, Math.LN2], [NaN, 0]],
    ['atan2 at 0', torch.atan2, [0], [0], [NaN], [NaN]],
    ['copysign at 0', torch.copysign, [0, 2], [-1, -1], [0, -1], [0, 0]],
    ['clamp with crossed bounds', (t, m) => torch.clamp(t, m, torch.sub(m, 1)), [0], [1], [0], [1]],
  ];
  test.each(binary)('%s', (_name, fn, a, b, wantA, wantB) => {
    expect(gradients(fn, a, b)).toEqual([wantA, wantB]);
  });

  test('where leaves out what was not taken', () => {
    expect(gradients((t) => torch.where(torch.gt(t, 0), torch.mul(t, 2), NaN), [-1, 2])).toEqual([[0, 2]]);
  });
});

describe('dtypes', () => {
  const int = tensor([7, -7]);
  const bool = tensor([true, false]);
  const float = tensor([1.5, -2.5]);
  const cases: [string, Tensor, string, unknown][] = [
    ['integers and a fraction', torch.add(int, 0.5), 'float32', [7.5, -6.5]],
    ['a 0-d float64 beside float32', torch.mul(float, tensor(2, { dtype: 'float64' })), 'float32', [3, -5]],
    ['truth values add as or', torch.add(bool, bool), 'bool', [true, false]],
    ['truth values and a number', torch.mul(bool, 3), 'int32', [3, 0]],
    ['true division of integers', torch.div(int, 2), 'float32', [3.5, -3.5]],
    ['floor division of integers', torch.floorDivide(int, 2), 'int32', [3, -4]],
    ['truncated division of integers', torch.div(int, 2, { roundingMode: 'trunc' }), 'int32', [3, -3]],
    ['integers by 0', torch.floorDivide(int, 0), 'int32', [0, 0]],
    ['remainders', torch.remainder(int, 4), 'int32', [3, 1]],
    ["C's remainders", torch.fmod(int, 4), 'int32', [3, -3]],
    ['integers keep their power', torch.pow(int, 2), 'int32', [49, 49]],
    ['integers wrap around', torch.mul(tensor([2 ** 30]), 4), 'int32', [0]],
    ['uint8 wraps around', torch.add(tensor([250], { dtype: 'uint8' }), tensor([10], { dtype: 'uint8' })), 'uint8', [4]],
    ['exp of integers', torch.exp(tensor([0])), 'float32', [1]],
    ['rounding keeps integers', torch.round(int), 'int32', [7, -7]],
    ['ties to even', torch.round(tensor([0.5, 1.5, -2.5])), 'float32', [0, 2, -2]],
    ['decimals', torch.round(tensor([1234.567], { dtype: 'float64' }), { decimals: -2 }), 'float64', [1200]],
    ['floatPower', torch.floatPower(int, 2), 'float64', [49, 49]],
    ['shifts past the width', torch.bitwiseRightShift(int, 40), 'int32', [0, -1]],
    ['numbers on the left', torch.pow(2, tensor([3, 4])), 'int32', [8, 16]],
    ['numbers on both sides of where', torch.where(bool, 1, 0.5), 'float32', [1, 0.5]],
  ];
  test.each(cases)('%s', (_name, y, dtype, want) => {
    expect(y.dtype).toBe(dtype);
    expect(y.toArraySync()).toEqual(want);
  });
});

describe('bad input', () => {
  const int = tensor([1, 2]);
  const bool = tensor([true]);
  const float = tensor([1.5, 2.5]);
  const two = 2 as unknown as Tensor;
  const cases: [string, () => unknown, typeof ArgumentError, RegExp][] = [
    ['two numbers', () => torch.add(1, 2), ArgumentError, /add: got only plain numbers/],
    ['nothing', () => (torch.mul as (x: Operand) => Tensor)(float), ArgumentError, /mul: got undefined/],
    ['a number for a tensor', () => torch.maximum(float, two), ArgumentError, /maximum: other must be a Tensor/],
    ['shapes', () => torch.sub(tensor([1, 2, 3]), int), ShapeError, /sub cannot broadcast \[3\] and \[2\]/],
    ['bool differences', () => torch.sub(bool, bool), DTypeError, /logicalXor/],
    ['negative powers of integers', () => torch.pow(int, -1), ArgumentError, /to the negative power -1/],
    ['bits of floats', () => torch.bitwiseAnd(float, 1), DTypeError, /bitwiseAnd: got float32/],
    ['a fractional alpha among integers', () => torch.add(int, int, { alpha: 0.5 }), DTypeError, /alpha/],
    ['an unknown option', () => torch.add(int, int, { beta: 2 } as object), ArgumentError, /there is no option 'beta'/],
    ['a rounding mode', () => torch.div(int, 2, { roundingMode: 'up' as 'floor' }), ArgumentError, /'floor', 'trunc'/],
    ['clamp without bounds', () => torch.clamp(float), ArgumentError, /neither min nor max/],
    ['a condition that is none', () => torch.where(int, 1, 0), DTypeError, /condition must be bool/],
    ['an odd dimension', () => F.glu(tensor([[1.5, 2, 3]])), ShapeError, /glu: cannot halve \[1, 3\]/],
    ['weights', () => F.prelu(tensor([[1.5, 2, 3]]), float), ShapeError, /prelu: got weights of shape \[2\]/],
    ['approximations', () => F.gelu(float, { approximate: 'fast' as 'tanh' }), ArgumentError, /'none' or 'tanh'/],
  ];
  test.each(cases)('%s', (_name, run, type, words) => {
    expect(run).toThrow(type);
    expect(run).toThrow(words);
  });
});

test('another number compiles nothing', () => {
  const run = (n: number): void => {
    const t = tensor([1.5, 2.5], { requiresGrad: true });
    const y = F.leakyRelu(torch.pow(torch.clamp(torch.add(t, n), n, 9 + n), 1.7 + n), n);
    grad(torch.sum(y), t)[0]?.dataSync();
  };
  run(0.1);
  const { compiled } = planStatistics();
  run(0.2);
  expect(planStatistics().compiled).toBe(compiled);
});
