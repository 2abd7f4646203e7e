/**
 * Where gradients start, and where a user puts them.
 */
import { createBackend } from '@sconce/compiler';
import { interpreterTarget } from '@sconce/compiler/interpreter';
import { ArgumentError, grad, ShapeError, tensor, useSync, type Tensor } from '@sconce/core';
import { exp, mul, sum } from '@sconce/ops';
import { describe, expect, it } from 'vitest';

useSync(createBackend(interpreterTarget('backward')));

const leaf = (): Tensor => tensor([1.5, 2.5], { requiresGrad: true });

describe('backward', () => {
  it('takes options alone, a gradient alone, and both', () => {
    const x = leaf();
    const loss = sum(mul(x, x));
    loss.backward({ retainGraph: true });
    loss.backward(null, { retainGraph: true });
    loss.backward(tensor(2.5));
    expect(x.grad?.toArraySync()).toEqual([13.5, 22.5]);
  });

  it('takes a gradient of integers in the dtype of the tensor', () => {
    const x = leaf();
    mul(x, 2).backward(tensor([1, 3]));
    expect([x.grad?.dtype, x.grad?.toArraySync()]).toEqual(['float32', [2, 6]]);
  });

  it.each([3, [1, 2], 'sum'])('does not start from %j', (gradient) => {
    expect(() => mul(leaf(), 2).backward(gradient as never)).toThrow(ArgumentError);
  });
});

describe('grad', () => {
  it('says what is no tensor', () => {
    expect(() => grad(sum(exp(leaf())), [3 as never])).toThrow(/grad: input must be a Tensor, got the number 3/);
    expect(() => grad(3 as never, leaf())).toThrow(ArgumentError);
  });

  it('given to a leaf has its shape', () => {
    const x = leaf();
    expect(() => (x.grad = tensor([1.5]))).toThrow(ShapeError);
    x.grad = tensor([1.5, 0]);
    sum(x).backward();
    expect(x.grad.toArraySync()).toEqual([2.5, 1]);
  });
});
