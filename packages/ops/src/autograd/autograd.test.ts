/**
 * Derivatives of functions: matrices and products, of one tensor and of several.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, AutogradError, grad, ShapeError, tensor, useSync, type NestedArray, type Tensor } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { add, exp, mul, pow, sum, zeros } from '../index.js';
import { hessian, hvp, jacobian, jvp, vhp, vjp } from './index.js';

useSync(createBackend(interpreterTarget('cpu')));

const values = (t: Tensor): NestedArray => t.toArraySync();
const a = tensor([1.5, 2]);
const b = tensor([3, 0.5]);

describe('matrices', () => {
  test('of one input and output, and of several', () => {
    expect(values(jacobian((x) => mul(x, x), a))).toEqual([[3, 0], [0, 4]]);
    const [byA, byB] = jacobian((x, y) => mul(x, y), [a, b]);
    expect([values(byA), values(byB)]).toEqual([[[3, 0], [0, 0.5]], [[1.5, 0], [0, 2]]]);
    const both = jacobian((x, y) => [sum(x), mul(x, y)], [a, b]);
    expect(both.map((row) => row.map((t) => t.shape))).toEqual([[[2], [2]], [[2, 2], [2, 2]]]);
    expect(values(both[0][1])).toEqual([0, 0]);
    expect(jacobian((x) => mul(x, zeros(0)), tensor([1.5])).shape).toEqual([0, 1]);
  });

  test('of second derivatives', () => {
    expect(values(hessian((x) => sum(pow(x, 3)), a))).toEqual([[9, 0], [0, 12]]);
    const [[, mixed], [back, none]] = hessian((x, y) => sum(mul(mul(x, x), y)), [a, b]);
    expect([values(mixed), values(back), values(none)]).toEqual([[[3, 0], [0, 4]], [[3, 0], [0, 4]], [[0, 0], [0, 0]]]);
  });
});

test('products are those with the matrices', () => {
  const v = tensor([2, -0.5]);
  const [output, left] = vjp((x) => mul(x, x), a, v);
  expect([values(output), values(left)]).toEqual([[2.25, 4], [6, -2]]);
  expect(values(jvp((x) => mul(x, sum(x)), a, v)[1])).toEqual([2 * 3.5 + 1.5 * 1.5, -0.5 * 3.5 + 2 * 1.5]);
  const f = (x: Tensor): Tensor => mul(pow(sum(x), 2), 0.5);
  expect([values(vhp(f, a, v)[1]), values(hvp(f, a, v)[1])]).toEqual([[1.5, 1.5], [1.5, 1.5]]);
  expect(values(vjp((x) => sum(mul(x, 3)), a)[1])).toEqual([3, 3]);
});

test('with createGraph they can be differentiated, through the caller\'s graph', () => {
  const w = tensor(2.5, { requiresGrad: true });
  const matrix = jacobian((x) => mul(mul(x, x), w), tensor([1.5]), { createGraph: true });
  expect(values(grad(matrix, [w])[0]!)).toBe(3);
  const x = tensor([0.5], { requiresGrad: true });
  expect(values(grad(jacobian((t) => pow(t, 3), x, { createGraph: true }), [x])[0]!)).toEqual([3]);
  expect(jacobian(exp, x).requiresGrad).toBe(false);
  expect(vjp((t) => sum(exp(t)), x)[0].requiresGrad).toBe(false);
});

describe('what is wrong', () => {
  test('is said', () => {
    expect(() => hessian((x) => mul(x, x), a)).toThrow(ShapeError);
    expect(() => jvp((x) => x, a)).toThrow(ArgumentError);
    expect(() => vjp((x) => x, a, tensor([[1, 2]]))).toThrow(/v has shape \[1, 2\], expected \[2\], that of output 0/);
    expect(() => jacobian(() => 3 as never, a)).toThrow(/output 0 of func/);
    expect(() => jacobian(3 as never, a)).toThrow(/func must be a function/);
    expect(() => jacobian((x) => x, 'x' as never)).toThrow(ArgumentError);
    expect(() => jacobian((x) => x, a, { strictly: true } as never)).toThrow(/no option 'strictly'/);
  });

  test('is independence with strict', () => {
    expect(values(jacobian(() => add(b, 0), a))).toEqual([[0, 0], [0, 0]]);
    expect(() => jacobian(() => add(b, 0), a, { strict: true })).toThrow(AutogradError);
  });
});
